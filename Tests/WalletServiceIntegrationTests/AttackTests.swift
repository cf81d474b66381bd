import Codecs
import JSONWebToken
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import WalletService

@Suite("Who may not")
struct AttackTests {
    private typealias Harness = WalletHarness

    @Test("the token's subject pays, whatever the authorizer, the body or the query say")
    func sender() throws {
        try WalletHarness.withPeople { (wallet) throws in
            let members = ["senderId", "userId", "from", "payerId"]
            for name in members {
                let body = #"{"recipientId":"\#(Harness.grace)","amount":1,"\#(name)":"\#(Harness.carla)"}"#
                #expect(try wallet.post("/wallet/transfers", body, name).code == "unknown_member")
            }
            // The request's authorizer names Grace.
            #expect(try wallet.get("/wallet").text("userId") == Harness.ada.description)
            let query = WalletHarness.Request(user: Harness.ada, query: "userId=\(Harness.carla)")
            #expect(try wallet.call("GET", "/wallet", nil, query).text("userId") == Harness.ada.description)
        }
    }

    @Test("nobody without a token, with a broken one, or with somebody's that is too old")
    func tokens() throws {
        try WalletHarness.withPeople { wallet in
            let id = WalletHarness.user(70)
            let routes = [
                ("GET", "/wallet"), ("GET", "/wallet/statement"), ("POST", "/wallet/transfers"),
                ("POST", "/wallet/purchases"), ("POST", "/wallet/transactions/\(id)/reversal"),
                ("POST", "/wallet/holds"),
                ("GET", "/wallet/holds/\(id)"), ("POST", "/wallet/holds/\(id)/capture"),
                ("POST", "/wallet/holds/\(id)/release"),
            ]
            for (method, path) in routes {
                for authorization in [nil, "Bearer a.b.c", "Basic x"] {
                    let request = WalletHarness.Request(user: nil, key: "k", authorization: authorization)
                    let answer = try wallet.call(method, path, method == "GET" ? nil : "{}", request)
                    #expect((answer.status, answer.code) == (401, "unauthenticated"), "\(method) \(path)")
                }
            }
        }
    }

    @Test("a reversal needs an operator: role, scope, second factor, and a session that lives with all of them")
    func operators() throws {
        try WalletHarness.withPeople { wallet in
            let granted = try wallet.grant(5, to: Harness.grace)
            let (strong, weak, gone) = (WalletHarness.user(9), WalletHarness.user(10), WalletHarness.user(11))
            try wallet.add(strong, role: "admin", acr: "aal2")
            try wallet.add(weak, role: "admin", acr: "aal1")
            try wallet.add(gone, role: "admin", acr: "aal2")
            _ = try wallet.database.connect().query(
                "update auth.sessions set revoked_at = now() where user_id = \(gone)")
            let path = "/wallet/transactions/\(granted)/reversal"
            var attempts: [(WalletHarness.Request, Int64, String)] = [
                (.init(user: Harness.ada, key: "a"), 403, "forbidden"),
                (
                    .init(user: strong, key: "b", role: "admin", level: .one, scope: "profile:read admin"), 403,
                    "insufficient_aal"
                ),
                (.init(user: strong, key: "c", role: "admin", level: .two), 403, "forbidden"),
                (.init(user: strong, key: "d", role: "moderator", level: .two, scope: "admin"), 403, "forbidden"),
            ]
            // Tokens that say more than the database knows: of a reader, of a weak session, of one that has ended.
            attempts += [
                (.operating(Harness.ada, key: "e"), 403, "forbidden"),
                (.operating(weak, key: "f"), 403, "insufficient_aal"),
                (.operating(gone, key: "g"), 401, "unauthenticated"),
                (.operating(WalletHarness.user(60), key: "h"), 401, "unauthenticated"),
            ]
            for (request, status, code) in attempts {
                let answer = try wallet.call("POST", path, Body.reason, request)
                #expect((answer.status, answer.code) == (status, code), "\(request.key ?? "")")
            }
            #expect(try wallet.balance(of: Harness.grace) == (5, 0))
            #expect(try wallet.number("select count(*) as number from wallet.requests") == 0)
            #expect(try wallet.call("POST", path, Body.reason, .operating(strong, key: "i")).status == 201)
        }
    }

    @Test("G70: an operator moves nobody's NWT five minutes after the last proof, and may still look")
    func stepUp() throws {
        try WalletHarness.withPeople { wallet in
            let boss = WalletHarness.user(9)
            try wallet.add(boss, role: "admin", acr: "aal2")
            let granted = try wallet.grant(5, to: Harness.grace)
            let holds = try ["a", "b"].map { key in
                try wallet.post("/wallet/holds", Body.hold(5, for: Harness.carla), key).text("holdId")
            }
            let writes: [(path: String, body: String?)] = [
                ("/wallet/transactions/\(granted)/reversal", Body.reason),
                ("/wallet/holds/\(holds[0])/capture", Body.amount(5)), ("/wallet/holds/\(holds[1])/release", nil),
            ]
            let before = try (books: wallet.books(), requests: requests(wallet))
            for (path, body) in writes {
                let answer = try wallet.call("POST", path, body, .operating(boss, key: path, proofAge: 301))
                #expect((answer.status, answer.code) == (403, "step_up_required"), "\(path)")
            }
            let look = try wallet.call("GET", "/wallet/holds/\(holds[0])", nil, .operating(boss, proofAge: 301))
            #expect(look.status == 200)
            #expect(try wallet.books() == before.books)
            #expect(try requests(wallet) == before.requests)
            // The same request under the same key, with a token of a new proof.
            for (path, body) in writes {
                let answer = try wallet.call("POST", path, body, .operating(boss, key: path, proofAge: 299))
                #expect((200..<300).contains(answer.status), "\(path)")
            }
            // What was decided is told again to nobody with an old proof either.
            let again = try wallet.call(
                "POST", writes[0].path, Body.reason, .operating(boss, key: writes[0].path, proofAge: 301))
            #expect(again.code == "step_up_required")
            #expect(try wallet.balance(of: Harness.grace) == (0, 0))
        }
    }

    private func requests(_ wallet: WalletHarness) throws -> Int64 {
        try wallet.number("select count(*) as number from wallet.requests")
    }

    @Test("whoever is no operator needs no new proof: a reader's tip, a creator's capture of what was held for her")
    func noStepUp() throws {
        try WalletHarness.withPeople { wallet in
            func by(_ user: UUID, _ key: String) -> WalletHarness.Request {
                .init(user: user, key: key, proofAge: 86_400)
            }
            let tip = Body.tip(1, to: Harness.grace)
            #expect(try wallet.call("POST", "/wallet/transfers", tip, by(Harness.ada, "t")).status == 201)
            let held = try wallet.post("/wallet/holds", Body.hold(5, for: Harness.carla), "h").text("holdId")
            let path = "/wallet/holds/\(held)/capture"
            #expect(try wallet.call("POST", path, Body.amount(5), by(Harness.carla, "c")).status == 200)
        }
    }

    static let endings: [(name: String, sql: String)] = [
        ("signed out", "update auth.sessions set revoked_at = now() where user_id = $"),
        ("too old", "update auth.sessions set expires_at = '2026-11-21T11:59:59Z' where user_id = $"),
        ("not used", "update auth.sessions set last_seen_at = '2026-11-21T10:59:00Z' where user_id = $"),
        ("suspended", "update auth.users set status = 'suspended' where user_id = $"),
        ("another's", "update auth.sessions set user_id = '\(Harness.grace)' where user_id = $"),
        ("gone", "delete from auth.sessions where user_id = $"),
    ]

    @Test("A18: a session that has ended moves nothing, though its token is good, and nothing is remembered of it")
    func endedSession() throws {
        for (name, sql) in Self.endings {
            try WalletHarness.withPeople { wallet in
                let requests: [(path: String, body: String?)] = [
                    ("/wallet/transfers", Body.tip(5, to: Harness.grace)),
                    ("/wallet/purchases", Body.purchase(5, from: Harness.carla)),
                    ("/wallet/holds", Body.hold(5, for: Harness.carla)),
                ]
                let tipped = try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.grace), "tipped")
                #expect(tipped.status == 201)
                let (connection, before) = (try wallet.database.connect(), try wallet.books())
                try connection.executeScript(sql.split(separator: "$").joined() + "'\(Harness.ada)'")
                for (number, request) in requests.enumerated() {
                    let answer = try wallet.post(request.path, request.body, "k\(number)")
                    #expect((answer.status, answer.code) == (401, "unauthenticated"), "\(name) \(request.path)")
                }
                // What was decided before is nobody's to ask for either.
                #expect(try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.grace), "tipped").status == 401)
                #expect(try wallet.books() == before, "\(name)")
                #expect(try wallet.number("select count(*) as number from wallet.requests") == 1)
            }
        }
        try WalletHarness.withPeople { wallet in
            let connection = try wallet.database.connect()
            _ = try connection.query("update auth.sessions set revoked_at = now()")
            #expect(try wallet.post("/wallet/transfers", Body.tip(5, to: Harness.grace), "k").status == 401)
            _ = try connection.query("update auth.sessions set revoked_at = null")
            #expect(try wallet.post("/wallet/transfers", Body.tip(5, to: Harness.grace), "k").status == 201)
        }
    }

    @Test("the database's function for the wallet looks a session up whatever it is told of operators")
    func noOperatorWithoutSession() throws {
        try WalletHarness.withPeople { wallet in
            let connection = try wallet.database.connect(as: "nerdwork_wallet")
            for (session, isOperator) in [("null", "true"), ("null", "null"), ("gen_random_uuid()", "null")] {
                let error = #expect(throws: DatabaseError.self) {
                    try connection.query(
                        """
                        select * from wallet.decide(sha256('k'), sha256('r'), 'tip', gen_random_uuid(), gen_random_uuid(),
                            \(Harness.ada), \(raw: session)::uuid, \(raw: isOperator)::boolean, \(Harness.noon), null,
                            \(Harness.grace), 5::bigint, null, null)
                        """)
                }
                #expect(error?.sqlState == "NA401", "\(session) \(isOperator)")
            }
            #expect(try wallet.balance(of: Harness.grace) == (0, 0))
        }
    }

    @Test("an answer that an operator was given is nobody's who is no operator any more")
    func formerOperator() throws {
        try WalletHarness.withPeople { wallet in
            let boss = WalletHarness.user(9)
            try wallet.add(boss, role: "admin", acr: "aal2")
            let path = "/wallet/transactions/\(try wallet.grant(5, to: Harness.grace))/reversal"
            #expect(try wallet.call("POST", path, Body.reason, .operating(boss, key: "k")).status == 201)
            _ = try wallet.database.connect().query("update auth.users set role = 'reader' where user_id = \(boss)")
            #expect(try wallet.call("POST", path, Body.reason, .operating(boss, key: "k")).code == "forbidden")
        }
    }

    @Test("a comic that is called like a formula is none in the table")
    func injection() throws {
        try WalletHarness.withPeople { wallet in
            let comic = #"=cmd|'/C-calc'!A0"#
            _ = try wallet.post("/wallet/purchases", Body.purchase(10, from: Harness.carla, comic: comic), "p")
            let table = WalletHarness.Request(user: Harness.ada, accept: "text/csv")
            let answer = try wallet.call("GET", "/wallet/statement", nil, table)
            #expect(answer.headers["content-type"]?.hasPrefix("text/csv") == true)
            let cells = String(decoding: answer.body, as: UTF8.self).split(separator: "\r\n").flatMap {
                $0.split(separator: ",")
            }
            #expect(cells.contains("'" + comic))
            #expect(!cells.contains { $0.hasPrefix("=") })
            #expect(
                try wallet.get("/wallet/statement").json().member("entries").elements.first { _ in true }?
                    .member("comicId").string() == comic)
        }
    }

    @Test("the role of the service reads and changes nothing but by its functions")
    func role() throws {
        try WalletHarness.withPeople { wallet in
            let connection = try wallet.database.connect(as: "nerdwork_wallet")
            let statements: [SQL] = [
                "select * from wallet.requests", "insert into wallet.terms values (now(), 0)",
                "select * from auth.users",
                "select * from ledger.holds", "update ledger.balances set held = 0", "select ledger.expire_holds(1)",
                "select ledger.capture_hold(null, null, null, null, null)", "select ledger.release_hold(null)",
                "select wallet.tip(null, null, null, 1, now())", "select wallet.reverse(null, null, null, null)",
                "select ledger.post(null, 2::int2, null, null, null)", "select ledger.balance('treasury')",
                "select ledger.post_batch(null, null, null, null, null, null)", "select auth.is_creator(null)",
                "select * from wallet.transact('', '', 'tip', null, null, null, null, now(), null, null, 1, '', 1)",
            ]
            for statement in statements {
                let error = #expect(throws: DatabaseError.self) { try connection.query(statement) }
                #expect(error?.sqlState == "42501", "\(statement.text)")
            }
            let owner = try wallet.database.connect()
            for change in [
                "delete from wallet.requests", "update wallet.requests set status = 201", "truncate wallet.requests",
            ] {
                let error = #expect(throws: DatabaseError.self) { try owner.query(SQL(raw: change)) }
                #expect(error?.sqlState == "NW006", "\(change)")
            }
        }
    }
}
