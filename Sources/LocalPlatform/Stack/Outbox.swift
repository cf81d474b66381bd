package import Codecs
internal import PostgresClient
internal import StrictJSON

/// An event that a function wrote to the outbox.
package struct PublishedEvent: Sendable {
    package let id: String
    package let source: String
    package let detailType: String
    package let detail: JSONTree
    package let createdAt: Timestamp

    /// The event as EventBridge delivers it.
    package var envelope: JSONTree {
        let account = TemplateValues.pseudoParameters
        return .object([
            .init(name: "version", value: .string("0")), .init(name: "id", value: .string(id)),
            .init(name: "detail-type", value: .string(detailType)), .init(name: "source", value: .string(source)),
            .init(name: "account", value: .string(account["AWS::AccountId"] ?? "")),
            .init(name: "time", value: .string(RFC3339.format(createdAt))),
            .init(name: "region", value: .string(account["AWS::Region"] ?? "")),
            .init(name: "resources", value: .array([])), .init(name: "detail", value: detail),
        ])
    }
}

/// Takes the events out that functions have written, as the relay does in AWS.
struct Outbox {
    let database: LocalDatabase

    /// The last position that is taken; 0 when there is no outbox or nothing in it.
    func lastPosition() throws(LocalError) -> Int64 {
        let connection = try database.connection()
        do throws(DatabaseError) {
            guard let row = try connection.query("select to_regclass('outbox.events') is not null as there").first,
                try row.decode("there", as: Bool.self)
            else { return 0 }
            return try connection.query("select coalesce(max(position), 0) as position from outbox.events").only()
                .decode("position")
        } catch {
            throw LocalError(.unavailable, "The outbox cannot be read: \(error).")
        }
    }

    /// Marks the unpublished events behind a position as published and returns them, at most 100, in their order.
    ///
    /// Marking first means that two tools at work at the same moment never deliver the same event twice.
    func take(after position: Int64) throws(LocalError) -> [PublishedEvent] {
        let connection = try database.connection()
        do throws(DatabaseError) {
            guard
                try connection.query("select to_regclass('outbox.events')::text as name").only()
                    .decodeIfPresent("name", as: String.self) != nil
            else { return [] }
            let rows = try connection.query(
                """
                with taken as (
                    update outbox.events set published_at = clock_timestamp()
                     where event_id = any (array(
                        select event_id from outbox.events where published_at is null and position > \(position)
                         order by position limit 100 for update skip locked))
                    returning event_id::text as id, position, source, detail_type, detail::text as detail, created_at)
                select id, source, detail_type, detail, created_at from taken order by position
                """)
            var events: [PublishedEvent] = []
            for row in rows { events.append(try event(row)) }
            return events
        } catch {
            throw LocalError(.unavailable, "The outbox cannot be read: \(error).")
        }
    }

    private func event(_ row: Row) throws(DatabaseError) -> PublishedEvent {
        let detail: String = try row.decode("detail")
        return PublishedEvent(
            id: try row.decode("id"), source: try row.decode("source"), detailType: try row.decode("detail_type"),
            detail: (try? JSONTree(parsing: Array(detail.utf8))) ?? .string(detail),
            createdAt: try row.decode("created_at"))
    }
}
