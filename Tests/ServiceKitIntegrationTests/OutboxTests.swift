import Codecs
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@Suite("Outgoing events are written to the outbox")
struct OutboxTests {
    private let time = Timestamp(millisecondsSince1970: 1_795_240_395_042)

    private func event(
        _ id: String = "1", aggregate: String = "reader:42", source: String = "nerdwork.loyalty",
        detail: JSONWriter? = nil
    ) -> OutboxEvent {
        OutboxEvent(
            id: IdempotentConsumer.identity(source: "test", detailType: "Test", id: id, time: time),
            aggregate: aggregate, source: source, detailType: "RewardGranted", createdAt: time,
            detail: detail
                ?? JSONWriter.object {
                    $0.member("amount", 5)
                    $0.member("note", "é \u{1F600} \"quoted\"\n")
                })
    }

    @Test(
        "An event arrives with all its columns, and PostgreSQL reads its JSON as the same",
        arguments: OutboxRows.sources.map { (role: $0.key, source: $0.value) })
    func inserts(_ row: (role: String, source: String)) throws {
        let (role, source) = row
        try withDatabase { database in
            let event = event(source: source)
            #expect(try database.connect(as: role).execute(OutboxStatement.insert(event)) == 1)
            let row = try database.connect().query(
                """
                select event_id, aggregate, source, detail_type, created_at, published_at is null as waits, attempts,
                    detail ->> 'note' as note, (detail ->> 'amount')::bigint as amount
                from outbox.events
                """
            ).only()
            #expect(try row.decode("event_id", as: UUID.self) == event.id)
            #expect(try row.decode("aggregate") == "reader:42")
            #expect(try row.decode("source") == source)
            #expect(try row.decode("detail_type") == "RewardGranted")
            #expect(try row.decode("created_at", as: Timestamp.self) == time)
            #expect(try row.decode("waits", as: Bool.self))
            #expect(try row.decode("attempts", as: Int32.self) == 0)
            #expect(try Array(row.decode("note", as: String.self).utf8) == Array("é \u{1F600} \"quoted\"\n".utf8))
            #expect(try row.decode("amount", as: Int64.self) == 5)
        }
    }

    @Test("The same event twice is one row, and the second is no error")
    func repeated() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            #expect(try connection.execute(OutboxStatement.insert(event())) == 1)
            #expect(try connection.execute(OutboxStatement.insert(event())) == 0)
            #expect(try connection.execute(OutboxStatement.insert(event("2"))) == 1)
            let count = try database.connect().query("select count(*) as count from outbox.events").only()
            #expect(try count.decode("count", as: Int64.self) == 2)
        }
    }

    @Test("An event goes with its transaction: rolled back, there is none")
    func rolledBack() throws {
        struct Stopped: Error {}
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            #expect(throws: Stopped.self) {
                try connection.transaction { transaction in
                    _ = try transaction.execute(OutboxStatement.insert(event()))
                    throw Stopped()
                }
            }
            let count = try database.connect().query("select count(*) as count from outbox.events").only()
            #expect(try count.decode("count", as: Int64.self) == 0)
        }
    }

    @Test("What EventBridge could not take is refused by the table")
    func refusals() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            let large = JSONWriter.object { $0.member("text", String(repeating: "x", count: 256 * 1024)) }
            let refused = [
                (event(detail: JSONWriter.array { $0.element(1) }), "events_detail_object"),
                (event(aggregate: ""), "events_aggregate_length"), (event(detail: large), "events_detail_size"),
            ]
            for (event, constraint) in refused {
                let error = #expect(throws: DatabaseError.self) {
                    try connection.execute(OutboxStatement.insert(event))
                }
                #expect(error?.constraint == constraint)
            }
        }
    }

    @Test("A service may write to the outbox and not read, change or empty it")
    func privileges() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            for statement in [
                "select detail from outbox.events", "update outbox.events set attempts = 1",
                "delete from outbox.events", "truncate outbox.events",
            ] {
                let error = #expect(throws: DatabaseError.self) { try connection.query(SQL(raw: statement)) }
                #expect(error?.sqlState == "42501")
            }
        }
    }
}
