import Codecs
import LambdaRuntime
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("Signals of fraud")
struct SignalTests {
    private static let hour: Int64 = 3_600_000

    /// One rule with these figures, noted at every read; the others stay as they are.
    private static func rule(
        _ database: TestDatabase, _ kind: Int16, capacity: Int32, refill: Int32 = 0, blocks: Bool = false
    ) throws {
        try database.connect().execute(
            """
            update ledger.signal_rules set capacity = \(capacity), refill_per_hour = \(refill), sample = 1,
                action = \(Int16(blocks ? 1 : 0))
            where kind = \(kind)
            """)
    }

    /// Kind, subject and level of each flag, in their order.
    private static func flags(_ database: TestDatabase) throws -> [String] {
        try database.connect().query(
            "select kind || ' ' || subject || ' ' || level || ' ' || action as flag from ledger.flags order by flag_id"
        ).map { try $0.decode("flag") }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: Int16
        /// The event with this number, of a subject that all share.
        let event: @Sendable (Int) -> [UInt8]
        let subject: String
    }

    // printf 'device:shared' | sha256sum; printf 'address:\xc0\x00\x02\x07' | sha256sum
    static let device = "2e79e9bee183d24ac4188ba1de3dcf7b6b0546b70b7efaf8daeb5f81f1b99074"
    static let address = "3df81a759e31aabec3993aec778b7b04430032c9b12c4dc90a2ff1df49184193"

    static let cases: [Case] = [
        Case(
            testDescription: "reads of one reader", kind: 1,
            event: { LoyaltyHarness.comicRead("\($0)", comic: "comic-\($0)") }, subject: LoyaltyHarness.reader),
        Case(
            testDescription: "reads of one comic", kind: 2,
            event: { LoyaltyHarness.comicRead("\($0)", reader: "reader-\($0)") }, subject: "nausicaa"),
        Case(
            testDescription: "rewards of one device", kind: 3,
            event: { LoyaltyHarness.comicRead("\($0)", reader: "reader-\($0)", device: "shared") }, subject: device),
        Case(
            testDescription: "rewards of one address", kind: 4,
            event: { LoyaltyHarness.comicRead("\($0)", reader: "reader-\($0)", address: "192.0.2.7") }, subject: address
        ),
    ]

    @Test("are raised above the capacity, with the read's own reward paid, one by one and in a batch", arguments: cases)
    func raised(row: Case) throws {
        let expected = ["\(row.kind) \(row.subject) 4 0", "\(row.kind) \(row.subject) 5 0"]
        let events = (0..<5).map(row.event)
        try withDatabase { database in
            try Self.rule(database, row.kind, capacity: 3)
            let loyalty = try LoyaltyHarness(database)
            for event in events {
                #expect(try loyalty.deliver(event).member("outcome").string() == "rewarded")
            }
            #expect(try Self.flags(database) == expected)
            for event in events { _ = try loyalty.deliver(event) }
            #expect(try Self.flags(database) == expected, "what is delivered again does not count")
            let known = try loyalty.count(
                "select count(*) from ledger.flags join ledger.transactions using (transaction_id)")
            #expect(known == 2, "a flag names the transaction")
        }
        try withDatabase { database in
            try Self.rule(database, row.kind, capacity: 3)
            let loyalty = try LoyaltyHarness(database)
            let batch = events.enumerated().map { SentRead(message: "\($0.offset)", event: $0.element) }
            #expect(try loyalty.deliver(batch: batch + batch) == [])
            #expect(try Self.flags(database) == expected)
        }
    }

    @Test("fade with time: what leaks out of a bucket in an hour can be read again")
    func leak() throws {
        try withDatabase { database in
            try Self.rule(database, 1, capacity: 2, refill: 2)
            let loyalty = try LoyaltyHarness(database)
            for (number, hoursAgo) in [4, 4, 3, 2, 2, 2].enumerated() {
                let time = LoyaltyHarness.noon.advanced(byMilliseconds: -Int64(hoursAgo) * Self.hour)
                _ = try loyalty.deliver(LoyaltyHarness.comicRead("\(number)", comic: "\(number)", at: time))
            }
            // 1 and 2; two leak: 1; one leaks: 1, 2, 3.
            #expect(try Self.flags(database) == ["1 \(LoyaltyHarness.reader) 3 0"])
        }
    }

    @Test("block where a rule says so: nothing is earned, nothing counts, and the answer stays")
    func block() throws {
        try withDatabase { database in
            try Self.rule(database, 1, capacity: 2, refill: 1, blocks: true)
            let loyalty = try LoyaltyHarness(database)
            for number in 0..<2 { _ = try loyalty.deliver(LoyaltyHarness.comicRead("\(number)", comic: "\(number)")) }
            let event = LoyaltyHarness.comicRead("2", comic: "2")
            let blocked = try loyalty.deliverRaw(event)
            let answer = try JSONDocument(parsing: blocked).root
            #expect(try answer.member("outcome").string() == "blocked")
            #expect(try answer.member("points").integer() == 0)
            #expect(answer["balance"] == nil)
            #expect(try loyalty.deliverRaw(event) == blocked)
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 10)
            #expect(try Self.flags(database) == ["1 \(LoyaltyHarness.reader) 3 1"])
            #expect(try loyalty.count("select reads::bigint as count from loyalty.reading_days") == 2)
            #expect(try loyalty.count("select count(*) from outbox.events") == 2)
            let shown = try loyalty.get("/loyalty/me/history").body.member("reads").elements.map {
                try $0.member("outcome").string()
            }
            #expect(shown.filter { $0 == "blocked" }.count == 1)
            // A blocked read fills nothing, so an hour later there is room again.
            let later = LoyaltyHarness.noon.advanced(byMilliseconds: Self.hour)
            let again = try LoyaltyHarness(database, now: later)
            let next = try again.deliver(LoyaltyHarness.comicRead("3", comic: "2", at: later))
            #expect(try next.member("outcome").string() == "rewarded")
        }
    }

    @Test("are not raised by ordinary reading: a family on one address, a month of ten comics a day")
    func ordinary() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            for daysAgo in (0..<14).reversed() {
                let batch = (0..<40).map { number in
                    SentRead(
                        message: "\(number)",
                        event: LoyaltyHarness.comicRead(
                            "\(daysAgo)-\(number)", reader: "reader-\(number % 4)", comic: "comic-\(number / 4)",
                            at: LoyaltyHarness.noon.advanced(
                                byMilliseconds: -Int64(daysAgo) * 24 * Self.hour - Int64(number % 10) * 360_000),
                            device: "device-\(number % 4)", address: "2001:db8::\(number)"))
                }
                #expect(try loyalty.deliver(batch: batch) == [])
            }
            #expect(try loyalty.count("select count(*) from loyalty.reads where outcome = 0") == 560)
            #expect(try Self.flags(database) == [])
            // One network, whichever of its addresses was used.
            #expect(try loyalty.count("select count(*) from ledger.signal_buckets where kind = 4") <= 1)
        }
    }

    @Test("hold no device and no address in clear, and flags are never changed")
    func stored() throws {
        try withDatabase { database in
            try Self.rule(database, 3, capacity: 0)
            try Self.rule(database, 4, capacity: 0)
            let loyalty = try LoyaltyHarness(database)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("1", device: "shared", address: "192.0.2.7"))
            let subjects = try database.connect().query(
                "select subject from ledger.signal_buckets where kind > 2 order by kind"
            ).map { try $0.decode("subject", as: String.self) }
            #expect(subjects == [Self.device, Self.address])
            for change in ["update ledger.flags set level = 0", "delete from ledger.flags", "truncate ledger.flags"] {
                let error = #expect(throws: DatabaseError.self) { try database.connect().execute(SQL(raw: change)) }
                #expect(error?.sqlState == "NW006", Comment(rawValue: change))
            }
        }
    }

    @Test("of a comic that many read are sampled, so that its row is no place where all wait")
    func sampled() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            for start in stride(from: 0, to: 400, by: 100) {
                let batch = (start..<start + 100).map {
                    SentRead(message: "\($0)", event: LoyaltyHarness.comicRead("\($0)", reader: "reader-\($0)"))
                }
                #expect(try loyalty.deliver(batch: batch) == [])
            }
            let level = try database.connect().query("select level from ledger.signal_buckets where kind = 2").only()
                .decode("level", as: Double.self)
            // 400 reads of one moment, each sixteenth with the weight of sixteen; five standard deviations are 387.
            #expect(level.truncatingRemainder(dividingBy: 16) == 0)
            #expect((16...787).contains(level))
        }
    }

    @Test("are forgotten 30 days after they were last touched, but flags stay")
    func forgotten() throws {
        try withDatabase { database in
            try Self.rule(database, 1, capacity: 0)
            let loyalty = try LoyaltyHarness(database)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("1"))
            let administrator = try database.connect()
            try administrator.execute(
                """
                insert into ledger.tip_edges (transaction_id, at, giver, taker)
                values (\(UUID(high: 0, low: 1)), now() - interval '31 days', 'a', 'b'),
                    (\(UUID(high: 0, low: 2)), now() - interval '29 days', 'a', 'b')
                """)
            try administrator.execute("update ledger.signal_buckets set touched_on = current_date - 31")
            try administrator.execute(
                "insert into ledger.signal_buckets (kind, subject, touched_on) values (1, 'new', current_date - 29)")
            let forgotten = try database.connect(as: "nerdwork_ledger_audit")
                .query("select ledger.forget_signals() as count").only().decode("count", as: Int64.self)
            #expect(forgotten >= 2)
            #expect(try loyalty.count("select count(*) from ledger.signal_buckets") == 1)
            #expect(try loyalty.count("select count(*) from ledger.tip_edges") == 1)
            #expect(try loyalty.count("select count(*) from ledger.flags") == 1)
        }
    }
}
