import Codecs
import LambdaRuntime
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("A read is rewarded once")
struct RewardTests {
    private static let day: Int64 = 86_400_000

    @Test("a read earns points, a posting and an event")
    func firstRead() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            let answer = try loyalty.deliver(LoyaltyHarness.comicRead("1"))
            #expect(try answer.member("outcome").string() == "rewarded")
            #expect(try answer.member("points").integer() == 5)
            #expect(try answer.member("balance").integer() == 5)
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 5)

            let event = try database.connect().query(
                "select source, detail_type, aggregate, detail::text as detail from outbox.events"
            ).only()
            #expect(try event.decode("source", as: String.self) == "nerdwork.loyalty")
            #expect(try event.decode("detail_type", as: String.self) == "RewardGranted")
            #expect(try event.decode("aggregate", as: String.self) == "reader:" + LoyaltyHarness.reader)
            let detail = try JSONDocument(parsing: event.decode("detail", as: String.self)).root
            #expect(try detail.member("version").integer() == 1)
            #expect(try detail.member("userId").string() == LoyaltyHarness.reader)
            #expect(try detail.member("comicId").string() == "nausicaa")
            #expect(try detail.member("amount").integer() == 5)
            #expect(try detail.member("balance").integer() == 5)
            #expect(try detail.member("transactionId").string() == answer.member("readId").string())
        }
    }

    @Test("a repeated delivery gets the same bytes and changes nothing, however late it comes")
    func repeatedDelivery() throws {
        try withDatabase { database in
            let event = LoyaltyHarness.comicRead("1")
            let first = try LoyaltyHarness(database).deliverRaw(event)
            let muchLater = LoyaltyHarness.noon.advanced(byMilliseconds: 400 * Self.day)
            for now in [LoyaltyHarness.noon, muchLater] {
                #expect(try LoyaltyHarness(database, now: now).deliverRaw(event) == first)
            }
            let loyalty = try LoyaltyHarness(database)
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 5)
            #expect(try loyalty.count("select count(*) from outbox.events") == 1)
            #expect(try loyalty.count("select count(*) from ledger.entries") == 2)
        }
    }

    @Test("copies of one event that arrive at the same moment are one read")
    func concurrentCopies() throws {
        try withDatabase { database in
            let answers = Collected<[UInt8]>()
            let failures = Collected<String>()
            concurrently(8) { _ in
                do {
                    answers.add(try LoyaltyHarness(database).deliverRaw(LoyaltyHarness.comicRead("1")))
                } catch {
                    failures.add("\(error)")
                }
            }
            #expect(failures.all == [])
            #expect(Set(answers.all).count == 1)
            let loyalty = try LoyaltyHarness(database)
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 5)
        }
    }

    @Test("a comic counts once a UTC day, and again on the next")
    func oncePerComicAndDay() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            let yesterday = LoyaltyHarness.noon.advanced(byMilliseconds: -Self.day)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("1"))
            let again = try loyalty.deliver(LoyaltyHarness.comicRead("2"))
            #expect(try again.member("outcome").string() == "already-counted")
            #expect(again["balance"] == nil)
            let earlier = try loyalty.deliver(LoyaltyHarness.comicRead("3", at: yesterday))
            #expect(try earlier.member("outcome").string() == "rewarded")
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 10)
        }
    }

    @Test("the daily cap ends the points of a day, and the day still counts for the streak")
    func dailyCap() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            for number in 0..<10 {
                _ = try loyalty.deliver(LoyaltyHarness.comicRead("\(number)", comic: "comic-\(number)"))
            }
            let over = try loyalty.deliver(LoyaltyHarness.comicRead("10", comic: "comic-10"))
            #expect(try over.member("outcome").string() == "daily-cap-reached")
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 50)
        }
    }

    @Test("three and seven days in a row earn their bonus in any order of arrival", arguments: 0..<6)
    func streaks(stream: UInt64) throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            var random = SeededRandom(stream: stream)
            for daysAgo in (0..<7).shuffled(using: &random) {
                let time = LoyaltyHarness.noon.advanced(byMilliseconds: -Int64(daysAgo) * Self.day)
                _ = try loyalty.deliver(LoyaltyHarness.comicRead("\(daysAgo)", at: time))
            }
            let seed = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed)")
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 7 * 5 + 15 + 50, seed)
            let runs = try database.connect().query("select streak from loyalty.reading_days order by day")
            let lengths = try runs.map { try $0.decode("streak", as: Int32.self) }
            #expect(lengths == [1, 2, 3, 4, 5, 6, 7], seed)
        }
    }

    @Test("a closed wallet is remembered with the read, and nothing counts")
    func closedWallet() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("1"))
            _ = try database.connect().execute("update ledger.balances set closed_at = now() where account_id < 1000")
            let event = LoyaltyHarness.comicRead("2", comic: "akira")
            for _ in 0..<2 {
                #expect(try loyalty.deliver(event).member("outcome").string() == "wallet-closed")
            }
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 5)
            #expect(try loyalty.count("select count(*) from outbox.events") == 1)
            #expect(try loyalty.count("select sum(reads)::bigint as count from loyalty.reading_days") == 1)
        }
    }

    @Test("the rules of the day of the read hold, not those of today")
    func rulesOfTheDay() throws {
        try withDatabase { database in
            _ = try database.connect().execute(
                "insert into loyalty.rules values ('2026-11-21', 8, 100, 0, 0)")
            let loyalty = try LoyaltyHarness(database)
            let yesterday = LoyaltyHarness.noon.advanced(byMilliseconds: -Self.day)
            #expect(try loyalty.deliver(LoyaltyHarness.comicRead("1", at: yesterday)).member("points").integer() == 5)
            #expect(try loyalty.deliver(LoyaltyHarness.comicRead("2")).member("points").integer() == 8)
        }
    }
}

/// What several threads have brought.
final class Collected<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func add(_ element: Element) { elements.withLock { $0.append(element) } }
    var all: [Element] { elements.withLock { $0 } }
}
