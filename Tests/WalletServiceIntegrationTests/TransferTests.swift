import Codecs
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import WalletService

@Suite("Tips and purchases")
struct TransferTests {
    private typealias Harness = WalletHarness

    @Test("a tip moves NWT, is announced, and shows in both wallets")
    func tip() throws {
        try WalletHarness.withPeople { wallet in
            let answer = try wallet.post("/wallet/transfers", Body.tip(30, to: Harness.grace), "t1")
            #expect(answer.status == 201)
            #expect(try answer.text("type") == "TIP")
            #expect(try answer.integer("amount") == 30)
            #expect(try answer.integer("balance") == 70)
            #expect(try answer.text("recipientId") == Harness.grace.description)
            #expect(try wallet.balance(of: Harness.ada) == (70, 0))
            #expect(try wallet.balance(of: Harness.grace) == (30, 0))
            let event = try wallet.database.connect().query(
                "select source, detail_type, aggregate, writer, detail::text as detail from outbox.events"
            ).only()
            #expect(try event.decode("source", as: String.self) == "nerdwork.wallet")
            #expect(try event.decode("detail_type", as: String.self) == "TransferPosted")
            #expect(try event.decode("writer", as: String.self) == "nerdwork_wallet")
            let detail = try JSONDocument(parsing: event.decode("detail", as: String.self)).root
            #expect(try detail.member("transactionId").string() == answer.text("transactionId"))
            #expect(try detail.member("type").string() == "TIP")
            let parties = try detail.member("parties").elements.map {
                "\(try $0.member("userId").string()) \(try $0.member("amount").integer())"
            }
            #expect(parties == ["\(Harness.ada) -30", "\(Harness.grace) 30"])
            let last = try wallet.get("/wallet").json()
            #expect(try last.member("balance").integer() == 70)
            #expect(try last.member("available").integer() == 70)
            #expect(try last.member("lastMovement").member("amount").integer() == -30)
            #expect(try wallet.get("/wallet", as: Harness.carla).json()["lastMovement"] == nil)
        }
    }

    @Test("a purchase gives the platform its share, rounded down, and the creator the rest")
    func purchase() throws {
        try WalletHarness.withPeople { wallet in
            let answer = try wallet.post("/wallet/purchases", Body.purchase(19, from: Harness.carla), "p1")
            #expect(answer.status == 201)
            #expect(try answer.integer("fee") == 1)
            #expect(try answer.integer("creatorAmount") == 18)
            #expect(try answer.integer("balance") == 81)
            #expect(try wallet.balance(of: Harness.carla) == (18, 0))
            // A share of less than one has no leg.
            let small = try wallet.post("/wallet/purchases", Body.purchase(9, from: Harness.carla), "p2")
            #expect(try small.integer("fee") == 0)
            #expect(try wallet.balance(of: Harness.carla) == (27, 0))
            #expect(try wallet.number("select sum(balance)::bigint as number from ledger.balances") == 0)
        }
    }

    /// Amounts and rates at their ends, between them, and around each thousand.
    static let prices: [Int64] =
        (1...2_100).map { $0 } + [
            9_007_199_254_740_991, 9_007_199_254_740_992, 9_223_372_036_854_775, 9_223_372_036_854_776, .max / 2,
            .max - 1_000, .max - 999, .max - 1, .max,
        ]

    @Test("fee and creator's part are the price for every price and rate, and the fee is the exact share rounded down")
    func split() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let rates = (0...1_000).map { Int16($0) }
            for rate in rates where rate < 12 || rate > 988 || rate % 50 == 0 || rate % 333 == 0 {
                let rows = try connection.query(
                    """
                    select p as price, ledger.platform_fee(p, \(rate)) as fee
                    from unnest(\(Self.prices)) with ordinality as given(p, place) order by place
                    """)
                for row in rows {
                    let price: Int64 = try row.decode("price")
                    let fee: Int64 = try row.decode("fee")
                    try #require(Int128(fee) == Int128(price) * Int128(rate) / 1_000, "\(price) at \(rate)")
                    try #require(fee >= 0 && fee <= price)
                }
            }
        }
    }

    @Test("at any share the legs make up the price", arguments: [0, 1, 999, 1_000] as [Int16])
    func shares(share: Int16) throws {
        try WalletHarness.withPeople { wallet in
            _ = try wallet.database.connect().query(
                "insert into wallet.terms (effective_from, platform_share_per_mille) values (now(), \(share))")
            let answer = try wallet.post("/wallet/purchases", Body.purchase(100, from: Harness.carla), "p")
            #expect(answer.status == 201)
            let fee = Int64(share) * 100 / 1_000
            #expect(try answer.integer("fee") == fee)
            #expect(try wallet.balance(of: Harness.carla) == (100 - fee, 0))
            #expect(try wallet.balance(of: Harness.ada) == (0, 0))
            let total = "select coalesce(sum(amount), 0)::bigint as number from"
            let fees = try wallet.number("\(raw: total) ledger.entries e where e.account_id = 9223372036854775805")
            let deferred = try wallet.number("\(raw: total) ledger.deferred_entries")
            #expect(fees + deferred == fee)
        }
    }

    @Test("what cannot be is refused, and moves nothing")
    func refusals() throws {
        try WalletHarness.withPeople { wallet in
            let before = try wallet.books()
            let nobody = WalletHarness.user(99)
            try wallet.add(WalletHarness.user(4), status: "suspended")
            try wallet.add(WalletHarness.user(5), role: "creator", status: "deleting")
            let tips: [(String, Int64, String)] = [
                (Body.tip(5, to: Harness.ada), 422, "self_transfer"),
                (Body.tip(5, to: nobody), 422, "unknown_recipient"),
                (Body.tip(5, to: WalletHarness.user(4)), 422, "unknown_recipient"),
                (#"{"recipientId":"grace","amount":5}"#, 422, "unknown_recipient"),
                (#"{"recipientId":"treasury","amount":5}"#, 422, "unknown_recipient"),
                (Body.tip(0, to: Harness.grace), 422, "invalid_member"),
                (Body.tip(-5, to: Harness.grace), 422, "invalid_member"),
                (Body.tip(.min, to: Harness.grace), 422, "invalid_member"),
                (#"{"recipientId":"\#(Harness.grace)","amount":9223372036854775808}"#, 422, "invalid_member"),
                (#"{"recipientId":"\#(Harness.grace)","amount":1e2}"#, 422, "invalid_member"),
                (#"{"recipientId":"\#(Harness.grace)","amount":1.0}"#, 422, "invalid_member"),
                (#"{"recipientId":"\#(Harness.grace)","amount":"5"}"#, 422, "invalid_member"),
                (#"{"recipientId":"\#(Harness.grace)"}"#, 422, "missing_member"),
                (#"{"recipientId":"\#(Harness.grace)","amount":5,"senderId":"x"}"#, 422, "unknown_member"),
                (Body.tip(101, to: Harness.grace), 409, "insufficient_funds"),
                (Body.tip(.max, to: Harness.grace), 409, "insufficient_funds"),
            ]
            for (number, (body, status, code)) in tips.enumerated() {
                let answer = try wallet.post("/wallet/transfers", body, "tip-\(number)")
                #expect((answer.status, answer.code) == (status, code), "\(body)")
            }
            let purchases: [(String, Int64, String)] = [
                (Body.purchase(5, from: Harness.grace), 422, "unknown_creator"),
                (Body.purchase(5, from: nobody), 422, "unknown_creator"),
                (Body.purchase(5, from: WalletHarness.user(5)), 422, "unknown_creator"),
                (Body.purchase(5, from: Harness.ada), 422, "self_transfer"),
                (Body.purchase(0, from: Harness.carla), 422, "invalid_member"),
                (Body.purchase(-1, from: Harness.carla), 422, "invalid_member"),
                (Body.purchase(5, from: Harness.carla, comic: ""), 422, "invalid_member"),
                (Body.purchase(5, from: Harness.carla, comic: "a b"), 422, "invalid_member"),
                (Body.purchase(101, from: Harness.carla), 409, "insufficient_funds"),
            ]
            for (number, (body, status, code)) in purchases.enumerated() {
                let answer = try wallet.post("/wallet/purchases", body, "purchase-\(number)")
                #expect((answer.status, answer.code) == (status, code), "\(body)")
            }
            #expect(try wallet.books() == before)
        }
    }

    @Test("too little is said with what there is")
    func insufficient() throws {
        try WalletHarness.withPeople { wallet in
            _ = try wallet.post("/wallet/holds", Body.hold(40, for: Harness.carla), "h")
            let answer = try wallet.post("/wallet/transfers", Body.tip(61, to: Harness.grace), "t")
            #expect((answer.status, answer.code) == (409, "insufficient_funds"))
            #expect(try answer.integer("balance") == 100)
            #expect(try answer.integer("held") == 40)
            #expect(try answer.integer("available") == 60)
            #expect(answer.headers["content-type"] == "application/problem+json")
            let poor = try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.ada), "t", as: Harness.grace)
            #expect(try poor.integer("available") == 0)
        }
    }

    @Test("a tip that goes round in a circle passes and is flagged; where the rule blocks, it is refused for ever")
    func circles() throws {
        try WalletHarness.withPeople { wallet in
            func tip(_ amount: Int64, from user: UUID, to other: UUID, _ key: String) throws -> WalletHarness.Answer {
                try wallet.post("/wallet/transfers", Body.tip(amount, to: other), key, as: user)
            }
            #expect(try tip(20, from: Harness.ada, to: Harness.grace, "1").status == 201)
            #expect(try tip(5, from: Harness.grace, to: Harness.ada, "2").status == 201)
            #expect(try wallet.number("select count(*) as number from ledger.flags where kind = 5") == 1)
            let connection = try wallet.database.connect()
            _ = try connection.query("update ledger.signal_rules set action = 1 where kind = 5")
            let refused = try tip(5, from: Harness.grace, to: Harness.ada, "3")
            #expect((refused.status, refused.code) == (409, "transfer_refused"))
            _ = try connection.query("update ledger.signal_rules set action = 0 where kind = 5")
            #expect(try tip(5, from: Harness.grace, to: Harness.ada, "3").body == refused.body)
            #expect(try wallet.balance(of: Harness.grace) == (15, 0))
        }
    }

    @Test("a closed wallet takes nothing")
    func closed() throws {
        try WalletHarness.withPeople { wallet in
            _ = try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.grace), "t1")
            _ = try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.ada), "t2", as: Harness.grace)
            _ = try wallet.database.connect().query("select ledger.close_account(\("wallet:\(Harness.grace)"))")
            let answer = try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.grace), "t3")
            #expect((answer.status, answer.code) == (409, "account_closed"))
        }
    }
}
