import Codecs
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("Batches at the same moment")
struct ConcurrentBatchTests {
    private static let reads = (0..<60).map { number in
        SentRead(
            message: "m\(number)",
            event: LoyaltyHarness.comicRead(
                "\(number)", reader: "reader-\(number % 12)", comic: "comic-\(number % 5)",
                at: LoyaltyHarness.noon.advanced(byMilliseconds: -Int64(number / 12) * 86_400_000),
                device: "device-\(number % 2)", address: "192.0.2.\(number % 3)"))
    }

    /// Everybody gets everything, in an order and in batches of their own, while somebody delivers one by one.
    @Test("with the same reads, readers, comics and devices reward each read once, and nobody waits in a circle")
    func overlapping() throws {
        try withDatabase { database in
            try database.connect().execute("update ledger.signal_rules set sample = 1, capacity = 5 where kind <= 4")
            let failed = Mutex<[String]>([])
            concurrently(5) { thread in
                var random = SeededRandom(stream: 1704 + UInt64(thread))
                let own = Self.reads.shuffled(using: &random)
                do {
                    let loyalty = try LoyaltyHarness(database, keys: false)
                    for start in stride(from: 0, to: own.count, by: 20) {
                        let batch = Array(own[start..<start + 20])
                        if thread == 0 {
                            for read in batch { _ = try loyalty.deliver(read.event) }
                        } else {
                            let names = try loyalty.deliver(batch: batch)
                            failed.withLock { $0 += names }
                        }
                    }
                } catch {
                    failed.withLock { $0.append("\(error)") }
                }
            }
            #expect(failed.withLock(\.self) == [])
            let connection = try database.connect()
            func count(_ sql: SQL) throws -> Int64 { try connection.query(sql).only().decode("count") }
            #expect(try count("select count(*) from loyalty.reads") == 60)
            #expect(
                try count(
                    """
                    select count(*) from loyalty.reads r left join ledger.entries e on e.transaction_id = r.read_id and e.amount > 0
                    where r.points + r.streak_bonus <> coalesce(e.amount, 0)
                    """) == 0)
            #expect(try count("select sum(balance)::bigint as count from ledger.balances") == 0)
            #expect(try count("select sum(level)::bigint as count from ledger.signal_buckets where kind = 2") > 0)
            // A circle of waits would have been broken by the server, which counts that.
            #expect(
                try count("select deadlocks as count from pg_stat_database where datname = current_database()") == 0)
        }
    }
}
