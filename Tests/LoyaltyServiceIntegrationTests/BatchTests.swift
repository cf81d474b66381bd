import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("A batch of reads")
struct BatchTests {
    private static let day: Int64 = 86_400_000

    /// Reads that meet each other: few readers, comics, days, devices; copies, and copies that say something else.
    private static func reads(_ count: Int, _ random: inout SeededRandom) -> [SentRead] {
        var reads: [SentRead] = []
        for number in 0..<count {
            if number > 0, Int.random(in: 0..<6, using: &random) == 0 {
                let earlier = reads[Int.random(in: 0..<number, using: &random)]
                reads.append(SentRead(message: "m\(number)", event: earlier.event))
                continue
            }
            let isForged = number > 0 && Int.random(in: 0..<15, using: &random) == 0
            let id = isForged ? Int.random(in: 0..<number, using: &random) : number
            let milliseconds = Int64.random(in: 0..<8, using: &random) * day + Int64(id)
            let event = LoyaltyHarness.comicRead(
                "\(id)", reader: "reader-\(Int.random(in: 0..<4, using: &random))",
                comic: "comic-\(Int.random(in: 0..<5, using: &random))",
                at: LoyaltyHarness.noon.advanced(byMilliseconds: -milliseconds),
                device: Bool.random(using: &random) ? "device-\(Int.random(in: 0..<2, using: &random))" : nil,
                address: Bool.random(using: &random) ? "192.0.2.\(Int.random(in: 0..<2, using: &random))" : nil)
            reads.append(SentRead(message: "m\(number)", event: event))
        }
        return reads
    }

    /// Rules so tight that some reads raise flags and some are blocked, and a treasury in this mode.
    private static func tighten(_ database: TestDatabase, mode: Int16) throws {
        let connection = try database.connect()
        let stripes: Int16 = mode == 1 ? 4 : 1
        try connection.execute("select ledger.set_mode('treasury', \(mode), \(stripes))")
        try connection.execute("update ledger.signal_rules set capacity = 12, sample = 1 where kind <= 2")
        try connection.execute(
            "update ledger.signal_rules set capacity = 6, refill_per_hour = 0, action = 1 where kind = 1")
    }

    /// What one delivery after the other leaves behind, and which messages failed.
    private static func oneByOne(_ reads: [SentRead], mode: Int16) throws -> (books: Books, failed: Set<String>) {
        try withDatabase { database in
            try tighten(database, mode: mode)
            let loyalty = try LoyaltyHarness(database)
            var failed: Set<String> = []
            for read in reads {
                do { _ = try loyalty.deliverRaw(read.event) } catch is FunctionError { failed.insert(read.message) }
            }
            return (try Books(database), failed)
        }
    }

    private static func inOrderOfRounds(_ reads: [SentRead]) throws -> [SentRead] {
        let pending = try reads.map { read in
            let event = try EventBridgeEvent(json: JSONDocument(parsing: read.event).root)
            return PendingRead(id: IdempotentConsumer.identity(of: event), read: try event.detail())
        }
        return ReadRounds.plan(pending).flatMap(\.self).map { reads[$0] }
    }

    @Test("leaves behind what its reads would one by one, in every table", arguments: 0..<8 as Range<UInt64>)
    func equalsOneByOne(stream: UInt64) throws {
        var random = SeededRandom(stream: 1702 + stream)
        let seed = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed)")
        let reads = Self.reads(60, &random)
        // Strict, striped and lazy in turn.
        let mode = Int16(stream % 3)
        let batches = stride(from: 0, to: reads.count, by: 20).map { Array(reads[$0..<$0 + 20]) }
        try withDatabase { database in
            try Self.tighten(database, mode: mode)
            let loyalty = try LoyaltyHarness(database)
            var failed: Set<String> = []
            for batch in batches { failed.formUnion(try loyalty.deliver(batch: batch)) }
            let books = try Books(database)
            // Each reader's rows do not depend on who else was in the batch.
            let plain = try Self.oneByOne(reads, mode: mode)
            #expect(books.ofReaders == plain.books.ofReaders, seed)
            #expect(failed == plain.failed, seed)
            let ordered = try Self.oneByOne(try batches.flatMap(Self.inOrderOfRounds), mode: mode)
            #expect(books == ordered.books, seed)
            #expect(books.ofReaders.count > 100 && books.shared.count > 20, "and there was something to compare")

            // Everything once more, in another order and other batches: nothing changes.
            let again = reads.filter { !failed.contains($0.message) }.shuffled(using: &random)
            for start in stride(from: 0, to: again.count, by: 25) {
                #expect(try loyalty.deliver(batch: Array(again[start..<min(start + 25, again.count)])) == [], seed)
            }
            #expect(try Books(database) == books, seed)
        }
    }

    @Test("fails where it has to, and nowhere else")
    func poison() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("known"))
            let late = LoyaltyHarness.noon.advanced(byMilliseconds: 301_000)
            let old = LoyaltyHarness.noon.advanced(byMilliseconds: -15 * Self.day)
            let batch = [
                SentRead(message: "good", event: LoyaltyHarness.comicRead("1", reader: "one")),
                SentRead(message: "no JSON", event: Array("{".utf8)),
                SentRead(message: "no event", event: Array("{}".utf8)),
                SentRead(message: "no reader", event: LoyaltyHarness.event("2") { $0.member("comicId", "c") }),
                SentRead(message: "future", event: LoyaltyHarness.comicRead("3", reader: "three", at: late)),
                SentRead(message: "old", event: LoyaltyHarness.comicRead("4", reader: "four", at: old)),
                SentRead(message: "forged", event: LoyaltyHarness.comicRead("known", comic: "akira")),
                SentRead(message: "known", event: LoyaltyHarness.comicRead("known")),
                SentRead(message: "address", event: LoyaltyHarness.comicRead("5", reader: "five", address: "here")),
                SentRead(message: "device", event: LoyaltyHarness.comicRead("6", reader: "six", device: "a b")),
                SentRead(message: "also good", event: LoyaltyHarness.comicRead("7", reader: "seven")),
            ]
            let failed = try loyalty.deliver(batch: batch)
            #expect(failed == ["no JSON", "no event", "no reader", "future", "old", "forged", "address", "device"])
            #expect(try loyalty.count("select count(*) from loyalty.reads") == 3)
            #expect(try loyalty.balance(of: "seven") == 5)
        }
    }

    @Test("one read that the ledger cannot post leaves the others in peace")
    func unpostable() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("0", reader: "rich"))
            try database.connect().execute(
                """
                update ledger.balances b set balance = 9223372036854775807 from ledger.accounts a
                where a.account_id = b.account_id and a.reference = 'wallet:rich'
                """)
            let batch = ["a", "rich", "b"].enumerated().map { place, reader in
                SentRead(message: reader, event: LoyaltyHarness.comicRead("\(place + 1)", reader: reader, comic: "x"))
            }
            #expect(try loyalty.deliver(batch: batch) == ["rich"])
            #expect(try loyalty.balance(of: "a") == 5)
            #expect(try loyalty.balance(of: "b") == 5)
            #expect(try loyalty.count("select count(*) from loyalty.reads where reader = 'rich'") == 1)
        }
    }

    @Test("costs two round trips, however many readers it is about; each further read of one costs two more")
    func roundTrips() throws {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let loyalty = try LoyaltyHarness(database, through: proxy)
            func batch(_ run: String, _ count: Int) -> [SentRead] {
                (0..<count).map {
                    SentRead(
                        message: "\($0)", event: LoyaltyHarness.comicRead("\(run)-\($0)", reader: "r\($0)", comic: run))
                }
            }
            #expect(try loyalty.deliver(batch: batch("first", 2)) == [])
            for count in [1, 25, 100] {
                proxy.arm(nil)
                #expect(try loyalty.deliver(batch: batch("n\(count)", count)) == [])
                #expect(proxy.roundTrips == 2, "\(count)")
            }
            proxy.arm(nil)
            #expect(try loyalty.deliver(batch: batch("twice", 5) + batch("again", 5)) == [])
            #expect(proxy.roundTrips == 4)
        }
    }

    @Test("of a FIFO queue is refused as a whole")
    func orderedQueue() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            let batch = LoyaltyHarness.batch(
                [SentRead(message: "1", event: LoyaltyHarness.comicRead("1"))], queue: "reads.fifo")
            let error = #expect(throws: FunctionError.self) { try loyalty.deliverRaw(batch) }
            #expect(error?.type == "Function.UnknownEvent")
            #expect(try loyalty.count("select count(*) from loyalty.reads") == 0)
        }
    }
}
