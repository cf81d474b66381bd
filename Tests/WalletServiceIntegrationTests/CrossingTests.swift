import Codecs
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import WalletService

@Suite("Everything at once")
struct CrossingTests {
    private typealias Harness = WalletHarness

    @Test("tips, purchases, captures and expiry that cross: no deadlock, everything adds up, every answer is final")
    func crossing() throws {
        try WalletHarness.withPeople { wallet in
            let database = wallet.database
            let people = (20..<26).map { Harness.user($0) }
            // Creators pay each other too, so that wallets are locked from both sides.
            for person in people { try wallet.add(person, role: "creator") }
            for person in people.prefix(5) { try wallet.grant(200, to: person) }
            let failures = Mutex<[String]>([])
            let seed = SeededRandom.processSeed
            concurrently(8) { thread in
                do {
                    let own = try WalletHarness(database)
                    let audit = try database.connect(as: "nerdwork_ledger_audit")
                    var random = SeededRandom(stream: UInt64(500 + thread))
                    for number in 0..<60 {
                        try Self.step(own, people, "\(thread)-\(number)", &random)
                        if number % 5 == 0 { _ = try audit.query("select ledger.expire_holds(5)") }
                    }
                } catch {
                    failures.withLock { $0.append("\(error), seed \(seed)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            try wallet.expectHoldsToAddUp()
            let low = "select count(*) as number from ledger.balances where balance - held < minimum_balance" as SQL
            #expect(try wallet.number(low) == 0)
            // Every request has its answer, and every posted one its event.
            #expect(try wallet.number("select count(*) as number from wallet.requests where status >= 500") == 0)
            let silent = try wallet.number(
                """
                select count(*) as number from wallet.requests r
                where r.code = '' and r.answer ? 'transactionId' and not exists (
                    select from outbox.events e where e.detail ->> 'transactionId' = r.answer ->> 'transactionId')
                """)
            #expect(silent == 0)
        }
    }

    /// One request; anything but an answer that the rules know is a failure.
    private static func step(
        _ wallet: WalletHarness, _ people: [UUID], _ key: String, _ random: inout SeededRandom
    ) throws {
        var pair = people.shuffled(using: &random)
        let (payer, other) = (pair.removeFirst(), pair.removeFirst())
        let amount = Int64.random(in: 1...30, using: &random)
        let answer: WalletHarness.Answer
        switch Int.random(in: 0..<3, using: &random) {
        case 0: answer = try wallet.post("/wallet/transfers", Body.tip(amount, to: other), key, as: payer)
        case 1: answer = try wallet.post("/wallet/purchases", Body.purchase(amount, from: other), key, as: payer)
        default:
            answer = try wallet.post("/wallet/holds", Body.hold(amount, for: other), key, as: payer)
            if answer.status == 201 {
                let hold = try answer.text("holdId")
                let end = Bool.random(using: &random) ? "capture" : "release"
                let resolved = try wallet.post(
                    "/wallet/holds/\(hold)/\(end)", end == "capture" ? Body.amount(max(1, amount / 2)) : nil,
                    key + "-end",
                    as: other)
                guard resolved.status == 200 else { throw HarnessFailure("\(end) \(resolved.status)") }
            }
        }
        guard answer.status == 201 || answer.code == "insufficient_funds" else {
            throw HarnessFailure("\(answer.status) \(answer.code ?? "")")
        }
    }
}
