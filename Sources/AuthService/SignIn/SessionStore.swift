import Codecs
import PostgresClient
import ServiceKit

/// The caller's own sessions; the statements run behind `Entry.statement`, so that they see no others.
enum SessionStore {
    /// Where a page ends.
    struct Position: Equatable {
        let time: Timestamp
        let id: UUID
    }

    /// A session that lives.
    struct Listed {
        let id: UUID
        let createdAt: Timestamp
        let lastSeenAt: Timestamp
        let device: String?
        let addressPrefix: String?
        let acr: String
    }

    /// The ones that live, newest first.
    static func page(after position: Position?, limit: Int, now: Timestamp) -> SQL {
        """
        select session_id, created_at, last_seen_at, device_label, address_prefix, acr
        from auth.sessions
        where revoked_at is null and expires_at > \(now) and last_seen_at > \(now) - idle
            and (created_at, session_id) < (coalesce(\(position?.time), 'infinity'), coalesce(\(position?.id), \(lastID)))
        order by created_at desc, session_id desc
        limit \(limit)
        """
    }

    static func decode(_ row: Row) throws(DatabaseError) -> Listed {
        Listed(
            id: try row.decode("session_id"), createdAt: try row.decode("created_at"),
            lastSeenAt: try row.decode("last_seen_at"), device: try row.decodeIfPresent("device_label"),
            addressPrefix: try row.decodeIfPresent("address_prefix"), acr: try row.decode("acr"))
    }

    /// Ends one; the row tells whether there was one to end.
    static func end(_ session: UUID, now: Timestamp) -> SQL {
        """
        update auth.sessions set revoked_at = \(now), revoke_reason = 'signed_out'
        where session_id = \(session) and revoked_at is null
        returning session_id
        """
    }

    /// Ends all of them, the caller's own too.
    static func endAll(now: Timestamp) -> SQL {
        "update auth.sessions set revoked_at = \(now), revoke_reason = 'signed_out' where revoked_at is null"
    }

    private static let lastID = UUID(high: .max, low: .max)
}

extension SessionStore.Position {
    init(_ session: SessionStore.Listed) {
        self.init(time: session.createdAt, id: session.id)
    }

    init(_ cursor: Cursor) throws(Problem) {
        self.init(
            time: try cursor.moment(0),
            id: UUID(high: UInt64(bitPattern: cursor.keys[1]), low: UInt64(bitPattern: cursor.keys[2])))
    }

    var cursor: Cursor {
        Cursor([time.millisecondsSince1970, Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
    }
}
