import Codecs
import PostgresClient
import TestSupport
import Testing

@testable import ServiceKit

@Suite("Each role does with the outbox what its service needs, and nothing else")
struct OutboxRoleTests {
    private func store(_ database: TestDatabase, _ role: String) throws -> OutboxStore {
        OutboxStore(Database(try database.configuration(as: role)))
    }

    @Test("A service claims and settles what it wrote itself, and learns nothing of others' events")
    func ownOnly() throws {
        try withDatabase { database in
            let rows = OutboxRows(database)
            let own = try rows.write(2).compactMap { UUID($0) }
            let foreign = try rows.write(2, as: "nerdwork_ledger_audit").compactMap { UUID($0) }
            // Aggregates are the same for both: what a service may see must not depend on that.
            try database.connect().execute(
                "update outbox.events set aggregate = event_id::text")
            let loyalty = try store(database, "nerdwork_loyalty")
            let claimed = try loyalty.claim(own: foreign + own, leaseMilliseconds: 60_000, deadline: nil)
            #expect(claimed.map(\.id) == own)

            let foreignEvents = try store(database, "nerdwork_relay")
                .claim(limit: 9, leaseMilliseconds: 60_000, deadline: nil)
            #expect(Set(foreignEvents.map(\.id)) == Set(foreign))
            for verdict in [OutboxVerdict.published, .dead(code: "x"), .again(code: "x", afterMilliseconds: 0)] {
                try loyalty.settle(foreignEvents.map { Settlement($0, verdict) }, deadline: nil)
            }
            #expect(try rows.counts() == ["waiting": 4, "published": 0, "dead": 0])
            try loyalty.settle(claimed.map { Settlement($0, .published) }, deadline: nil)
            #expect(try rows.counts()["published"] == 2)
        }
    }

    @Test("The writer is who logged in, and cannot be claimed to be somebody else")
    func writer() throws {
        try withDatabase { database in
            try OutboxRows(database).write(1, as: "nerdwork_auth")
            let row = try database.connect().query("select writer from outbox.events").only()
            #expect(try row.decode("writer") == "nerdwork_auth")
            let error = #expect(throws: DatabaseError.self) {
                try database.connect(as: "nerdwork_loyalty").execute(
                    """
                    insert into outbox.events (event_id, aggregate, source, detail_type, detail, writer)
                    values (gen_random_uuid(), 'a', 'b', 'c', '{}', 'nerdwork_auth')
                    """)
            }
            #expect(error?.sqlState == "42501")
        }
    }

    @Test(
        "A service writes events of its own source only",
        arguments: [
            ("nerdwork_loyalty", "nerdwork.loyalty"), ("nerdwork_ledger_audit", "nerdwork.ledger"),
            ("nerdwork_auth", "nerdwork.auth"),
        ])
    func sources(_ row: (role: String, source: String)) throws {
        try withDatabase { database in
            let connection = try database.connect(as: row.role)
            let sources = [
                "nerdwork.loyalty", "nerdwork.ledger", "nerdwork.wallet", "nerdwork.auth", "nerdwork.comic", "aws.ses",
            ]
            for source in sources {
                let insert: SQL = """
                    insert into outbox.events (event_id, aggregate, source, detail_type, detail)
                    values (gen_random_uuid(), 'a', \(source), 'UserSignedUp', '{}')
                    """
                if source == row.source {
                    #expect(try connection.execute(insert) == 1)
                } else {
                    let error = #expect(throws: DatabaseError.self) { try connection.execute(insert) }
                    #expect(error?.sqlState == "42501")
                }
            }
        }
    }

    @Test(
        "A time that the relay cannot compute with does not get into the outbox",
        arguments: ["infinity", "-infinity", "290000-01-01", "0044-03-15 BC"])
    func impossibleTime(_ time: String) throws {
        try withDatabase { database in
            let rows = OutboxRows(database)
            let error = #expect(throws: DatabaseError.self) {
                try database.connect(as: "nerdwork_loyalty").execute(
                    """
                    insert into outbox.events (event_id, aggregate, source, detail_type, detail, created_at)
                    values (gen_random_uuid(), 'a', 'nerdwork.loyalty', 'Tested', '{}', \(time)::text::timestamptz)
                    """)
            }
            #expect(error?.constraint == "events_created_at")
            let written = try rows.write(1)
            let claimed = try store(database, "nerdwork_relay").claim(
                limit: 9, leaseMilliseconds: 60_000, deadline: nil)
            #expect(claimed.map(\.id.description) == written)
        }
    }

    @Test("No lease is longer than ten minutes, whatever a service asks for")
    func longLease() throws {
        try withDatabase { database in
            let own = try OutboxRows(database).write(1).compactMap { UUID($0) }
            let claimed = try store(database, "nerdwork_loyalty").claim(
                own: own, leaseMilliseconds: 1_000_000_000_000, deadline: nil)
            #expect(claimed.count == 1)
            let row = try database.connect().query(
                "select next_attempt_at <= clock_timestamp() + interval '10 minutes' as soon from outbox.events"
            ).only()
            #expect(try row.decode("soon", as: Bool.self))
        }
    }

    @Test(
        "What no role may do is refused",
        arguments: [
            ("nerdwork_loyalty", "select * from outbox.claim(1, '1 s')"),
            ("nerdwork_loyalty", "select outbox.purge(1)"), ("nerdwork_loyalty", "select * from outbox.backlog()"),
            ("nerdwork_loyalty", "select outbox.revive('{}')"),
            ("nerdwork_loyalty", "select * from outbox.lease('{}', '1 s')"),
            ("nerdwork_ledger_audit", "select * from outbox.claim(1, '1 s')"),
            ("nerdwork_relay", "select detail from outbox.events"),
            ("nerdwork_relay", "update outbox.events set published_at = now()"),
            ("nerdwork_relay", "delete from outbox.events"), ("nerdwork_relay", "select outbox.revive('{}')"),
            ("nerdwork_relay", "select * from outbox.claim_own('{}', '1 s')"),
            // The wallet's events are written by functions that run with their owner's rights.
            (
                "nerdwork_wallet",
                """
                insert into outbox.events (event_id, aggregate, source, detail_type, detail)
                values (gen_random_uuid(), 'a', 'nerdwork.wallet', 'TransferPosted', '{}')
                """
            ),
            ("nerdwork_wallet", "select event_id from outbox.events"),
            ("nerdwork_reader", "select * from outbox.claim(1, '1 s')"),
            ("nerdwork_reader", "select outbox.settle('{}', '{}', '{}', '{}', '{}')"),
        ])
    func refused(_ row: (role: String, statement: String)) throws {
        try withDatabase { database in
            let connection = try database.connect(as: row.role)
            let error = #expect(throws: DatabaseError.self) { try connection.query(SQL(raw: row.statement)) }
            #expect(error?.sqlState == "42501")
        }
    }
}
