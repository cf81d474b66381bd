import Codecs
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import WalletService

@Suite("Reversals")
struct ReversalTests {
    private typealias Harness = WalletHarness
    private static let boss = WalletHarness.user(9)

    private func reverse(
        _ wallet: WalletHarness, _ id: String, _ key: String, reason: String = Body.reason
    ) throws -> Harness.Answer {
        try wallet.call("POST", "/wallet/transactions/\(id)/reversal", reason, .operating(Self.boss, key: key))
    }

    private func withBoss(_ body: (WalletHarness) throws -> Void) throws {
        try WalletHarness.withPeople { wallet in
            try wallet.add(Self.boss, role: "admin", acr: "aal2")
            try body(wallet)
        }
    }

    @Test("a purchase comes back whole, the platform's share too, by a transaction of its own, once")
    func purchase() throws {
        try withBoss { wallet in
            let bought = try wallet.post("/wallet/purchases", Body.purchase(50, from: Harness.carla), "p")
            let id = try bought.text("transactionId")
            let answer = try reverse(wallet, id, "r1")
            #expect(answer.status == 201)
            #expect(try answer.text("reverses") == id)
            #expect(try answer.integer("amount") == 50)
            #expect(try wallet.balance(of: Harness.ada) == (100, 0))
            #expect(try wallet.balance(of: Harness.carla) == (0, 0))
            let fees = "select balance as number from ledger.balance('fees')" as SQL
            #expect(try wallet.number(fees) == 0)
            #expect(try reverse(wallet, id, "r1").body == answer.body)
            let second = try reverse(wallet, id, "r2")
            #expect((second.status, second.code) == (409, "already_reversed"))
            // What was made by mistake can itself be taken back.
            #expect(try reverse(wallet, try answer.text("transactionId"), "r3").status == 201)
            #expect(try wallet.balance(of: Harness.ada) == (50, 0))
            let reason = try wallet.database.connect().query(
                "select metadata ->> 'reason' as reason from ledger.transactions where type = 5 limit 1"
            ).only()
            #expect(try reason.decode("reason", as: String.self) == "paid twice")
        }
    }

    @Test("it takes back what lazy accounts were given, folded or not, and its event stands behind a wallet's others")
    func lazy() throws {
        try withBoss { wallet in
            let connection = try wallet.database.connect()
            for account in ["fees", "treasury"] {
                _ = try connection.query("select ledger.set_mode(\(account), 2::int2)")
            }
            try wallet.grant(100, to: Harness.ada)
            for isFolded in [false, true] {
                let bought = try wallet.post(
                    "/wallet/purchases", Body.purchase(50, from: Harness.carla), "p-\(isFolded)")
                #expect(try bought.integer("fee") == 5)
                if isFolded { _ = try connection.query("select ledger.fold('fees', 100)") }
                #expect(try reverse(wallet, try bought.text("transactionId"), "r-\(isFolded)").status == 201)
                #expect(try wallet.balance(of: Harness.ada) == (200, 0))
                #expect(try wallet.number("select balance as number from ledger.balance('fees')") == 0)
            }
            let foreign = "select count(*) as number from outbox.events where aggregate !~ '^wallet:'" as SQL
            #expect(try wallet.number(foreign) == 0)
            try wallet.expectHoldsToAddUp()
        }
    }

    @Test("a reward goes back to the treasury")
    func reward() throws {
        try withBoss { wallet in
            let id = try wallet.grant(20, to: Harness.grace)
            #expect(try reverse(wallet, id.description, "r").status == 201)
            #expect(try wallet.balance(of: Harness.grace) == (0, 0))
            try wallet.expectHoldsToAddUp()
        }
    }

    @Test("nobody falls below zero, nor below what they hold back; refused for its key only")
    func floors() throws {
        try withBoss { wallet in
            let tip = try wallet.post("/wallet/transfers", Body.tip(30, to: Harness.grace), "t").text("transactionId")
            _ = try wallet.post("/wallet/holds", Body.hold(10, for: Harness.carla), "h", as: Harness.grace)
            let books = try wallet.books()
            let refused = try reverse(wallet, tip, "r1")
            #expect((refused.status, refused.code) == (409, "insufficient_funds"))
            #expect(try refused.json()["balance"] == nil, "whose it is, is not the answer's to say")
            #expect(try wallet.books() == books)
            try wallet.grant(10, to: Harness.grace)
            #expect(try reverse(wallet, tip, "r1").body == refused.body)
            #expect(try reverse(wallet, tip, "r2").status == 201)
            #expect(try wallet.balance(of: Harness.grace) == (10, 10))
        }
    }

    @Test("what was never posted cannot be taken back")
    func unknown() throws {
        try withBoss { wallet in
            _ = try wallet.post("/wallet/transfers", Body.tip(101, to: Harness.grace), "poor")
            let rejected = try #require(RequestKey("poor", caller: Harness.ada)).resultID.description
            for (number, id) in [rejected, Self.boss.description, "x"].enumerated() {
                let answer = try reverse(wallet, id, "r\(number)")
                #expect((answer.status, answer.code) == (404, "not_found"), "\(id)")
            }
            for reason in [
                #"{"reason":""}"#, #"{"reason":5}"#, #"{"reason":"\#(String(repeating: "a", count: 201))"}"#,
            ] {
                #expect(try reverse(wallet, Self.boss.description, "b", reason: reason).code == "invalid_member")
            }
        }
    }

    @Test("by 8 operators at once it happens once")
    func race() throws {
        try withBoss { wallet in
            let tip = try wallet.post("/wallet/transfers", Body.tip(30, to: Harness.grace), "t").text("transactionId")
            let database = wallet.database
            let statuses = Mutex<[Int64]>([])
            concurrently(8) { thread in
                let answer = try? WalletHarness(database).call(
                    "POST", "/wallet/transactions/\(tip)/reversal", Body.reason,
                    .operating(Self.boss, key: "race-\(thread)"))
                statuses.withLock { $0.append(answer?.status ?? 0) }
            }
            #expect(statuses.withLock { $0.sorted() } == [201] + Array(repeating: 409, count: 7))
            #expect(try wallet.balance(of: Harness.ada) == (100, 0))
        }
    }
}
