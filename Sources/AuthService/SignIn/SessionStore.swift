import Codecs
import PostgresClient
import ServiceKit

/// The caller's own sessions; the statements run behind `Entry.statement`, so that they see no others.
enum SessionStore {
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
    static func page(after position: ListPosition?, limit: Int, now: Timestamp) -> SQL {
        """
        select session_id, created_at, last_seen_at, device_label, address_prefix, acr
        from auth.sessions
        where revoked_at is null and expires_at > \(now) and last_seen_at > \(now) - idle
            and (created_at, session_id) < (coalesce(\(position?.time), 'infinity'), coalesce(\(position?.id), \(ListPosition.lastID)))
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
}

extension SessionStore.Listed {
    var position: ListPosition { ListPosition(time: createdAt, id: id) }
}
