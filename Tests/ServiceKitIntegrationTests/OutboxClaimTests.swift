import Codecs
import Platform
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import ServiceKit

@Suite("Events are claimed, sent and settled")
struct OutboxClaimTests {
    private func relay(_ database: TestDatabase) throws -> OutboxStore {
        OutboxStore(Database(try database.configuration(as: "nerdwork_relay")))
    }

    private func ids(_ events: [ClaimedEvent]) -> [String] { events.map(\.id.description) }

    private func settle(
        _ store: OutboxStore, _ events: [ClaimedEvent], _ verdict: OutboxVerdict = .published
    ) throws {
        try store.settle(events.map { Settlement($0, verdict) }, deadline: nil)
    }

    @Test("Of each aggregate only the first that waits can be claimed, the oldest first")
    func order() throws {
        try withDatabase { database in
            let written = try OutboxRows(database).write(12, aggregates: 4)
            let store = try relay(database)
            for round in 0..<3 {
                let claimed = try store.claim(limit: 50, leaseMilliseconds: 60_000, deadline: nil)
                #expect(ids(claimed) == Array(written[(round * 4)..<(round * 4 + 4)]))
                #expect(try store.claim(limit: 50, leaseMilliseconds: 60_000, deadline: nil).isEmpty)
                try settle(store, claimed)
            }
            #expect(try OutboxRows(database).counts() == ["waiting": 0, "published": 12, "dead": 0])
        }
    }

    @Test("What is claimed has its id in the detail, and everything else as it was written")
    func content() throws {
        try withDatabase { database in
            let time = Timestamp(millisecondsSince1970: 1_795_240_395_042)
            let event = OutboxEvent(
                id: UUID(high: 0x0190_0000_0000_8000, low: 0x8000_0000_0000_0001), aggregate: "reader:1",
                source: "nerdwork.loyalty", detailType: "RewardGranted", createdAt: time,
                detail: JSONWriter.object {
                    $0.member("amount", Int64.max)
                    $0.member("note", "é \u{1F600} \"\n")
                })
            try database.connect(as: "nerdwork_loyalty").execute(OutboxStatement.insert(event))
            let claimed = try #require(
                try relay(database).claim(limit: 1, leaseMilliseconds: 1_000, deadline: nil).first)
            let detail = try JSONDocument(parsing: claimed.detail).root
            #expect(try detail.member("id").string() == event.id.description)
            #expect(try detail.member("amount").integer() == .max)
            #expect(try detail.member("note").string() == "é \u{1F600} \"\n")
            #expect(claimed.id == event.id)
            #expect(claimed.source == "nerdwork.loyalty")
            #expect(claimed.detailType == "RewardGranted")
            #expect(claimed.createdAt == time)
            #expect(claimed.attempts == 1)
        }
    }

    @Test("The outbox's id is the one that consumers see, whatever the detail calls its own; numbers keep their digits")
    func ownIdentifier() throws {
        try withDatabase { database in
            let id = UUID(high: 0x0190_0000_0000_8000, low: 0x8000_0000_0000_0002)
            try database.connect(as: "nerdwork_loyalty").execute(
                """
                insert into outbox.events (event_id, aggregate, source, detail_type, detail)
                values (\(id), 'reader:1', 'nerdwork.loyalty', 'RewardGranted',
                    '{"id":"somebody else''s","amount":123456789012345678901234567890,"part":0.10}')
                """)
            let claimed = try #require(
                try relay(database).claim(limit: 1, leaseMilliseconds: 1_000, deadline: nil).first)
            let detail = try JSONDocument(parsing: claimed.detail).root
            #expect(try detail.member("id").string() == id.description)
            let text = String(decoding: claimed.detail, as: UTF8.self)
            #expect(text.contains("123456789012345678901234567890") && text.contains("0.10"))
        }
    }

    @Test("A lease that ends lets the event be claimed again, and its late failure no longer counts")
    func lease() throws {
        try withDatabase { database in
            try OutboxRows(database).write(1)
            let store = try relay(database)
            let first = try store.claim(limit: 1, leaseMilliseconds: 0, deadline: nil)
            let second = try store.claim(limit: 1, leaseMilliseconds: 60_000, deadline: nil)
            #expect(ids(first) == ids(second))
            #expect(second.first?.attempts == 2)
            try settle(store, first, .dead(code: "Late"))
            #expect(try OutboxRows(database).counts()["dead"] == 0)
            try settle(store, first, .again(code: "Late", afterMilliseconds: 0))
            #expect(try store.claim(limit: 1, leaseMilliseconds: 0, deadline: nil).isEmpty, "the second lease holds")
            try settle(store, first, .published)
            #expect(try OutboxRows(database).counts()["published"] == 1, "but that the bus has it does")
        }
    }

    @Test("A failure waits as long as it was told, and keeps the later events of its aggregate waiting")
    func backOff() throws {
        try withDatabase { database in
            let rows = OutboxRows(database)
            let written = try rows.write(4, aggregates: 2)
            let store = try relay(database)
            let claimed = try store.claim(limit: 1, leaseMilliseconds: 60_000, deadline: nil)
            try settle(store, claimed, .again(code: "InternalFailure", afterMilliseconds: 3_600_000))
            let others = try store.claim(limit: 9, leaseMilliseconds: 60_000, deadline: nil)
            #expect(ids(others) == [written[1]])
            let row = try database.connect().query(
                """
                select last_error, next_attempt_at - now() between '59 minutes' and '61 minutes' as later
                from outbox.events where last_error is not null
                """
            ).only()
            #expect(try row.decode("last_error") == "InternalFailure")
            #expect(try row.decode("later", as: Bool.self))
            try rows.letTimePass()
            #expect(try ids(store.claim(limit: 9, leaseMilliseconds: 0, deadline: nil)).first == written[0])
        }
    }

    @Test("A dead event no longer holds up its aggregate; revived, it comes after the others")
    func deadAndRevived() throws {
        try withDatabase { database in
            let rows = OutboxRows(database)
            let written = try rows.write(3, aggregates: 1)
            let store = try relay(database)
            let first = try store.claim(limit: 9, leaseMilliseconds: 60_000, deadline: nil)
            try settle(store, first, .dead(code: "MalformedDetail"))
            #expect(try rows.counts() == ["waiting": 2, "published": 0, "dead": 1])
            let second = try store.claim(limit: 9, leaseMilliseconds: 60_000, deadline: nil)
            #expect(ids(second) == [written[1]])

            let owner = try database.connect()
            let revive: SQL = "select outbox.revive(\([first[0].id])) as count"
            #expect(try owner.query(revive).only().decode("count", as: Int32.self) == 1)
            #expect(try owner.query(revive).only().decode("count", as: Int32.self) == 0, "it is not dead any more")
            #expect(try store.claim(limit: 9, leaseMilliseconds: 0, deadline: nil).isEmpty, "one is under way")
            try settle(store, second)
            for expected in [written[2], written[0]] {
                let claimed = try store.claim(limit: 9, leaseMilliseconds: 60_000, deadline: nil)
                #expect(ids(claimed) == [expected])
                #expect(claimed.first?.attempts == 1)
                try settle(store, claimed)
            }
            #expect(try rows.counts() == ["waiting": 0, "published": 3, "dead": 0])
        }
    }

    /// A claim that looked at each of them read hundreds of thousands of pages.
    @Test("Behind 40,000 events of one aggregate the others are found, and each claim reads few pages")
    func hotAggregate() throws {
        try withDatabase { database in
            let rows = OutboxRows(database)
            let hot = try rows.write(40_000, aggregates: 1, named: "hot")
            let others = try rows.write(3, named: "other")
            let store = try relay(database)
            #expect(try ids(store.claim(limit: 50, leaseMilliseconds: 600_000, deadline: nil)) == [hot[0]] + others)
            #expect(try store.claim(limit: 50, leaseMilliseconds: 600_000, deadline: nil).isEmpty)
            let connection = try database.connect(as: "nerdwork_relay")
            let plan = try connection.query(
                """
                explain (analyze, buffers, timing off, format json)
                select * from outbox.claim(50, interval '10 minutes')
                """
            ).only().decode("QUERY PLAN", as: String.self)
            let plans = try JSONDocument(parsing: Array(plan.utf8))
            let root = try #require(try Array(plans.root.elements).first).member("Plan")
            let pages = try root.member("Shared Hit Blocks").integer() + root.member("Shared Read Blocks").integer()
            #expect(pages > 0 && pages < 4_000, "\(plan)")
        }
    }

    @Test("Many claim at once: no event twice, and never two of an aggregate under way")
    func concurrently() throws {
        try withDatabase { database in
            try OutboxRows(database).write(300, aggregates: 20)
            let underway = Mutex<(count: Int, aggregates: Set<String>, seen: [String])>((0, [], []))
            let problems = Mutex<[String]>([])
            let aggregates = try aggregates(of: database)
            TestSupport.concurrently(4) { _ in
                do {
                    let store = try relay(database)
                    while underway.withLock({ $0.seen.count < 300 }), problems.withLock({ $0.isEmpty }) {
                        let claimed = try store.claim(limit: 7, leaseMilliseconds: 60_000, deadline: nil)
                        let names = claimed.map { aggregates[$0.id.description] ?? "?" }
                        underway.withLock { state in
                            for name in names where !state.aggregates.insert(name).inserted {
                                problems.withLock { $0.append("two of \(name)") }
                            }
                            state.seen += ids(claimed)
                        }
                        underway.withLock { $0.aggregates.subtract(names) }
                        try settle(store, claimed)
                    }
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
            }
            #expect(problems.withLock { $0 }.isEmpty)
            let seen = underway.withLock { $0.seen }
            #expect(seen.count == 300 && Set(seen).count == 300)
            #expect(try OutboxRows(database).overtaken(seen).isEmpty)
        }
    }

    private func aggregates(of database: TestDatabase) throws -> [String: String] {
        let rows = try database.connect().query("select event_id::text as id, aggregate from outbox.events")
        var aggregates: [String: String] = [:]
        for row in rows { aggregates[try row.decode("id")] = try row.decode("aggregate", as: String.self) }
        return aggregates
    }

    @Test("Published events are deleted after 30 days, in portions; others never")
    func purge() throws {
        try withDatabase { database in
            let rows = OutboxRows(database)
            try rows.write(30)
            try database.connect().execute(
                """
                update outbox.events set published_at = now() - interval '31 days' where position <= 20
                """)
            try database.connect().execute(
                "update outbox.events set published_at = now() - interval '29 days' where position between 21 and 25")
            try database.connect().execute(
                "update outbox.events set dead_at = now() - interval '99 days' where position = 26")
            let relay = try database.connect(as: "nerdwork_relay")
            let counts = try (0..<3).map { _ in
                try relay.query("select outbox.purge(15) as count").only().decode("count", as: Int32.self)
            }
            #expect(counts == [15, 5, 0])
            #expect(try rows.counts() == ["waiting": 4, "published": 5, "dead": 1])
        }
    }
}
