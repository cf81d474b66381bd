import Codecs
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import WalletService

@Suite("Holds")
struct HoldTests {
    private typealias Harness = WalletHarness

    private func open(_ wallet: WalletHarness, _ amount: Int64, _ key: String = "hold") throws -> String {
        let answer = try wallet.post("/wallet/holds", Body.hold(amount, for: Harness.carla), key)
        try #require(answer.status == 201)
        return try answer.text("holdId")
    }

    /// Lets the hold's time pass.
    private func age(_ wallet: WalletHarness, _ hold: String) throws {
        _ = try wallet.database.connect().query(
            """
            update ledger.holds set created_at = now() - interval '8 days', expires_at = now() - interval '1 second'
            where hold_id = \(try #require(UUID(hold)))
            """)
    }

    @Test("a hold keeps an amount back, and a capture pays it; the rest goes back")
    func capture() throws {
        try WalletHarness.withPeople { wallet in
            let hold = try open(wallet, 40)
            #expect(try wallet.balance(of: Harness.ada) == (100, 40))
            let overview = try wallet.get("/wallet").json()
            #expect(try overview.member("held").integer() == 40)
            #expect(try overview.member("available").integer() == 60)
            for user in [Harness.ada, Harness.carla] {
                let shown = try wallet.get("/wallet/holds/\(hold)", as: user)
                #expect(shown.status == 200)
                #expect(try shown.text("state") == "open")
            }
            let answer = try wallet.post("/wallet/holds/\(hold)/capture", Body.amount(25), "c", as: Harness.carla)
            #expect(answer.status == 200)
            #expect(try answer.text("state") == "captured")
            #expect(try answer.integer("captured") == 25)
            #expect(try answer.integer("fee") == 2)
            #expect(try answer.integer("creatorAmount") == 23)
            #expect(try wallet.balance(of: Harness.ada) == (75, 0))
            #expect(try wallet.balance(of: Harness.carla) == (23, 0))
            #expect(try wallet.number("select count(*) as number from outbox.events") == 1)
            // The same again, under another key, is the same; another amount is not.
            let again = try wallet.post("/wallet/holds/\(hold)/capture", Body.amount(25), "c2", as: Harness.carla)
            #expect(again.body == answer.body)
            #expect(try wallet.number("select count(*) as number from outbox.events") == 1)
            for (path, body) in [("capture", Body.amount(24)), ("release", "")] {
                let other = try wallet.post("/wallet/holds/\(hold)/\(path)", body, "o-\(path)", as: Harness.carla)
                #expect((other.status, other.code) == (409, "hold_resolved"))
            }
            #expect(try wallet.balance(of: Harness.ada) == (75, 0))
        }
    }

    @Test("a release gives it back, once")
    func release() throws {
        try WalletHarness.withPeople { wallet in
            let hold = try open(wallet, 40)
            for key in ["r1", "r2"] {
                let answer = try wallet.post("/wallet/holds/\(hold)/release", nil, key, as: Harness.carla)
                #expect(answer.status == 200)
                #expect(try answer.text("state") == "released")
                #expect(try wallet.balance(of: Harness.ada) == (100, 0))
            }
            let late = try wallet.post("/wallet/holds/\(hold)/capture", Body.amount(40), "c", as: Harness.carla)
            #expect((late.status, late.code) == (409, "hold_resolved"))
        }
    }

    @Test("one that is too old is neither captured nor released; its amount goes back, by itself or at the attempt")
    func expiry() throws {
        try WalletHarness.withPeople { wallet in
            let holds = try (0..<4).map { try open(wallet, 10, "h\($0)") }
            for hold in holds.dropLast() { try age(wallet, hold) }
            #expect(try wallet.get("/wallet/holds/\(holds[0])").text("state") == "expired")
            let capture = try wallet.post("/wallet/holds/\(holds[0])/capture", Body.amount(10), "c", as: Harness.carla)
            #expect((capture.status, capture.code) == (409, "hold_expired"))
            #expect(try wallet.balance(of: Harness.ada) == (100, 30))
            let release = try wallet.post("/wallet/holds/\(holds[1])/release", nil, "r", as: Harness.carla)
            #expect((release.status, release.code) == (409, "hold_expired"))
            let audit = try wallet.database.connect(as: "nerdwork_ledger_audit")
            let expire = "select ledger.expire_holds(100)::bigint as number" as SQL
            #expect(try audit.query(expire).only().decode("number") as Int64 == 1)
            #expect(try audit.query(expire).only().decode("number") as Int64 == 0)
            #expect(try wallet.balance(of: Harness.ada) == (100, 10))
            #expect(try wallet.get("/wallet/holds/\(holds[3])").text("state") == "open")
        }
    }

    @Test("what cannot be is refused")
    func refusals() throws {
        try WalletHarness.withPeople { wallet in
            let bodies: [(String, Int64, String)] = [
                (Body.hold(101, for: Harness.carla), 409, "insufficient_funds"),
                (Body.hold(0, for: Harness.carla), 422, "invalid_member"),
                (Body.hold(-1, for: Harness.carla), 422, "invalid_member"),
                (Body.hold(5, for: Harness.grace), 422, "unknown_creator"),
                (Body.hold(5, for: Harness.ada), 422, "self_transfer"),
                (#"{"creatorId":"\#(Harness.carla)","amount":5,"expiresInSeconds":59}"#, 422, "invalid_member"),
                (#"{"creatorId":"\#(Harness.carla)","amount":5,"expiresInSeconds":604801}"#, 422, "invalid_member"),
            ]
            for (number, (body, status, code)) in bodies.enumerated() {
                let answer = try wallet.post("/wallet/holds", body, "h\(number)")
                #expect((answer.status, answer.code) == (status, code), "\(body)")
            }
            #expect(try wallet.balance(of: Harness.ada) == (100, 0))
            let hold = try open(wallet, 40)
            let more = try wallet.post("/wallet/holds/\(hold)/capture", Body.amount(41), "c", as: Harness.carla)
            #expect((more.status, more.code) == (422, "amount_exceeds_hold"))
            let tip = try wallet.post("/wallet/transfers", Body.tip(61, to: Harness.grace), "t")
            #expect(tip.code == "insufficient_funds")
            // The rejected one is no hold.
            let rejected = try #require(RequestKey("h0", caller: Harness.ada)).resultID
            #expect(try wallet.get("/wallet/holds/\(rejected)").status == 404)
        }
    }

    @Test("it is captured and released by its creator or an operator, and nobody else learns of it")
    func parties() throws {
        try WalletHarness.withPeople { wallet in
            let hold = try open(wallet, 40)
            let unknown = WalletHarness.user(77).description
            try wallet.add(WalletHarness.user(9), role: "admin", acr: "aal2")
            for id in [hold, unknown, "x"] {
                #expect(try wallet.get("/wallet/holds/\(id)", as: Harness.grace).code == "not_found")
                for (path, body) in [("capture", Body.amount(1)), ("release", "")] {
                    let answer = try wallet.post(
                        "/wallet/holds/\(id)/\(path)", body, "g-\(id)-\(path)", as: Harness.grace)
                    #expect((answer.status, answer.code) == (404, "not_found"))
                }
            }
            for (path, body) in [("capture", Body.amount(1)), ("release", "")] {
                let own = try wallet.post("/wallet/holds/\(hold)/\(path)", body, "own-\(path)")
                #expect((own.status, own.code) == (403, "forbidden"))
            }
            #expect(try wallet.balance(of: Harness.ada) == (100, 40))
            let answer = try wallet.call(
                "POST", "/wallet/holds/\(hold)/release", nil, .operating(WalletHarness.user(9), key: "op"))
            #expect(answer.status == 200)
        }
    }

    @Test("an operator who captures stands in the posting, a creator who does so does not")
    func operatorInPosting() throws {
        try WalletHarness.withPeople { wallet in
            let boss = WalletHarness.user(9)
            try wallet.add(boss, role: "admin", acr: "aal2")
            let byOperator = try wallet.call(
                "POST", "/wallet/holds/\(open(wallet, 10, "h1"))/capture", Body.amount(10), .operating(boss, key: "c1"))
            let byCreator = try wallet.post(
                "/wallet/holds/\(open(wallet, 10, "h2"))/capture", Body.amount(10), "c2", as: Harness.carla)
            for (answer, name) in [(byOperator, boss.description), (byCreator, "nobody")] {
                let id = try #require(UUID(answer.text("transactionId")))
                let row = try wallet.database.connect().query(
                    """
                    select coalesce(metadata ->> 'operator', 'nobody') as operator from ledger.transactions
                     where transaction_id = \(id)
                    """
                ).only()
                #expect(try row.decode("operator") == name)
            }
        }
    }

    @Test("resolved from many sides at once it is resolved once, and what is held is what open holds say")
    func race() throws {
        try WalletHarness.withPeople { wallet in
            let database = wallet.database
            let holds = try (0..<12).map { try open(wallet, 5, "h\($0)") }
            for hold in holds.prefix(4) { try age(wallet, hold) }
            let failures = Mutex<[String]>([])
            let resolved = Mutex<[String]>([])
            concurrently(8) { thread in
                do {
                    let own = try WalletHarness(database)
                    let audit = try database.connect(as: "nerdwork_ledger_audit")
                    for (place, hold) in holds.enumerated() {
                        let path = (thread + place) % 2 == 0 ? "capture" : "release"
                        let body = path == "capture" ? Body.amount(Int64(thread % 5) + 1) : nil
                        let answer = try own.post(
                            "/wallet/holds/\(hold)/\(path)", body, "\(thread)-\(place)", as: Harness.carla)
                        if answer.status == 200 {
                            resolved.withLock { $0.append("\(hold) \(answer.body)") }
                        } else if answer.status != 409 {
                            throw HarnessFailure("\(answer.status) \(answer.code ?? "")")
                        }
                        _ = try audit.query("select ledger.expire_holds(3)")
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            // One answer for each hold, however often it was given.
            let answers = resolved.withLock { Set($0) }
            #expect(answers.count == 8)
            #expect(try wallet.number("select count(*) as number from ledger.holds where status = 3") == 4)
            let captured = try wallet.number("select coalesce(sum(captured), 0)::bigint as number from ledger.holds")
            #expect(try wallet.balance(of: Harness.ada) == (100 - captured, 0))
            try wallet.expectHoldsToAddUp()
        }
    }
}

extension WalletHarness {
    /// The sum of open holds is what each balance says is held, and all balances are zero together.
    func expectHoldsToAddUp() throws {
        let different = try number(
            """
            select count(*) as number from ledger.balances b
            left join (select account_id, sum(amount) as total from ledger.holds where status = 0 group by 1) h
                on h.account_id = b.account_id
            where b.held <> coalesce(h.total, 0)
            """)
        #expect(different == 0)
        let total = try number(
            """
            select ((select sum(balance) from ledger.balances)
                + coalesce((select sum(amount) from ledger.deferred_entries), 0))::bigint as number
            """)
        #expect(total == 0)
    }
}
