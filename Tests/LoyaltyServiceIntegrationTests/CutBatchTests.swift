import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("A batch whose connection is cut")
struct CutBatchTests {
    private static let batch = (0..<8).map { number in
        SentRead(
            message: "m\(number)",
            event: LoyaltyHarness.comicRead(
                "\(number)", reader: "reader-\(number % 3)", comic: "comic-\(number)",
                at: LoyaltyHarness.noon.advanced(byMilliseconds: -Int64(number / 3) * 86_400_000), device: "shared"))
    }

    /// Without a cut: what is left behind, and how many messages each side sends.
    private static func undisturbed() throws -> (books: Books, messages: [FaultProxy.Side: Int]) {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let loyalty = try LoyaltyHarness(database, through: proxy)
            proxy.arm(nil)
            #expect(try loyalty.deliver(batch: batch) == [])
            return (
                try Books(database),
                [.client: proxy.messageCount(from: .client), .server: proxy.messageCount(from: .server)]
            )
        }
    }

    /// Twelve places, others in each run.
    private static func positions(below last: Int) -> [Int] {
        var random = SeededRandom(stream: 1703)
        return (0..<last).shuffled(using: &random).prefix(12).sorted()
    }

    @Test(
        "has taken effect once after it was delivered again, wherever the cut was", arguments: FaultProxy.Side.allCases)
    func onceWhereverItIsCut(side: FaultProxy.Side) throws {
        let (expected, messages) = try Self.undisturbed()
        let last = try #require(messages[side])
        #expect(last > 20)
        for position in Self.positions(below: last) {
            try withDatabase { database in
                let proxy = try FaultProxy(to: database.server)
                defer { proxy.stop() }
                let loyalty = try LoyaltyHarness(database, through: proxy)
                proxy.arm(.cut(side, after: position))
                let failed = try loyalty.deliver(batch: Self.batch)
                #expect(!proxy.isArmed, "the cut at \(position) came")
                let again = Self.batch.filter { failed.contains($0.message) }
                // A queue without messages invokes nobody.
                if !again.isEmpty { #expect(try loyalty.deliver(batch: again) == [], "\(position)") }
                #expect(try loyalty.deliver(batch: Self.batch) == [], "\(position)")
                #expect(try Books(database).ofReaders == expected.ofReaders, "\(side) \(position)")
            }
        }
    }

    @Test("and whose process dies: what was committed is not done again, what was not is done")
    func deadProcess() throws {
        let (expected, messages) = try Self.undisturbed()
        let last = try #require(messages[.server])
        for position in Self.positions(below: last) {
            try withDatabase { database in
                let proxy = try FaultProxy(to: database.server)
                let loyalty = try LoyaltyHarness(database, through: proxy)
                proxy.arm(.cut(.server, after: position))
                // Nobody listens any more, so that the second try of this process comes to nothing, as a death does.
                proxy.stop()
                _ = try? loyalty.deliver(batch: Self.batch)
                let other = try LoyaltyHarness(database)
                #expect(try other.deliver(batch: Self.batch) == [], "\(position)")
                #expect(try Books(database).ofReaders == expected.ofReaders, "\(position)")
            }
        }
    }
}
