import Codecs
import JSONWebToken
import LambdaRuntime
import Ledger
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import WalletService

/// The service on a real database.
struct WalletHarness {
    let database: TestDatabase
    let handler: InvocationHandler

    /// 2026-11-21, 12:00 UTC: the service's clock.
    static let noon = Timestamp(millisecondsSince1970: 1_795_262_400_000)
    static let (ada, grace, carla) = (user(1), user(2), user(3))

    static func user(_ number: UInt64) -> UUID {
        UUID(high: 0xADA0_0000_0000_4000, low: 0x8000_0000_0000_0000 | number)
    }

    /// - Parameter session: a session of the database as `nerdwork_wallet`; nil for a new one
    init(_ database: TestDatabase, session: Database? = nil, written: WrittenEvents = WrittenEvents()) throws {
        self.database = database
        let session = try session ?? Database(database.configuration(as: "nerdwork_wallet"))
        let keys = try TestTokens.keys().published
        let gate = TokenGate(
            issuer: TestTokens.issuer, audience: TestTokens.audience, now: { Self.noon }, keys: { _ in keys })
        handler = WalletService(database: session, gate: gate, written: written, now: { Self.noon }).dispatcher.handle
    }

    /// Ada and Grace, who read, and Carla, who draws; Ada has 100.
    static func withPeople<Value>(_ body: (WalletHarness) throws -> Value) throws -> Value {
        try withDatabase { database in
            let wallet = try WalletHarness(database)
            try wallet.add(ada)
            try wallet.add(grace)
            try wallet.add(carla, role: "creator")
            try wallet.grant(100, to: ada)
            return try body(wallet)
        }
    }

    /// A user with a session that lives.
    func add(_ user: UUID, role: String = "reader", status: String = "active", acr: String = "aal1") throws {
        let connection = try database.connect()
        let address = "\(user)@example.org"
        _ = try connection.query(
            """
            insert into auth.users (user_id, email_canonical, email_display, email_verified_at, role, status, purge_at,
                created_at, updated_at)
            values (\(user), \(address), \(address), now(), \(role), \(status),
                case \(status) when 'deleting' then now() end, now(), now())
            """)
        _ = try connection.query(
            """
            insert into auth.sessions (session_id, user_id, refresh_salt, refresh_key, refresh_rotated_at, acr, amr,
                authenticated_at, client, idle, created_at, last_seen_at, expires_at)
            values (\(Self.session(of: user)), \(user), '', 1, \(Self.noon), \(acr), '{pwd}', \(Self.noon), 'web',
                '1 hour', \(Self.noon), \(Self.noon), \(Self.noon.advanced(byMilliseconds: 3_600_000)))
            """)
    }

    static func session(of user: UUID) -> UUID { UUID(high: ~user.high, low: user.low) }

    /// Puts NWT into a wallet and returns the transaction's id.
    @discardableResult
    func grant(_ amount: Int64, to user: UUID) throws -> UUID {
        var random = SystemRandomNumberGenerator()
        let id = UUID(high: random.next() & ~0xF000 | 0x8000, low: random.next() >> 2 | 1 << 63)
        let posting = try Posting(
            id: id, type: .grant, amount: amount, from: .system(.treasury), to: .wallet(owner: owner(user)))
        _ = try database.connect().query(LedgerStatement.post(posting))
        return id
    }

    private func owner(_ user: UUID) throws -> UserID { try #require(UserID(user.description)) }

    func balance(of user: UUID) throws -> (balance: Int64, held: Int64) {
        let rows = try database.connect().query(AccountBalance.select(.wallet(owner: owner(user))))
        guard let row = rows.first else { return (0, 0) }
        let balance = try AccountBalance(row)
        return (balance.balance, balance.held)
    }

    func number(_ sql: SQL) throws -> Int64 {
        try database.connect().query(sql).only().decode("number")
    }

    /// Every value of everything that moving NWT changes, as text.
    func books() throws -> [String] {
        try database.connect().query(
            """
            select 'a' || a::text as row from ledger.accounts a union all
            select 'b' || b::text from ledger.balances b union all
            select 'd' || d::text from ledger.deferred_entries d union all
            select 'e' || e::text from ledger.entries e union all
            select 'o' || o::text from outbox.events o order by 1
            """
        ).map { try $0.decode("row") }
    }
}

extension WalletHarness {
    /// An answer in the gateway's form, taken apart.
    struct Answer {
        let status: Int64
        let headers: [String: String]
        let body: [UInt8]

        func json() throws -> JSONValue { try JSONDocument(parsing: body).root }
        var code: String? { try? json().member("code").string() }
        func integer(_ name: String) throws -> Int64 { try json().member(name).integer() }
        func text(_ name: String) throws -> String { try json().member(name).string() }
    }

    /// What a request has beside its route.
    struct Request {
        var user: UUID? = WalletHarness.ada
        var key: String?
        var query = ""
        var accept: String?
        var role = "reader"
        var level = AuthenticationLevel.one
        var scope = "profile:read"
        /// How long ago the user proved who they are, in seconds.
        var proofAge: Int64 = 60
        /// In place of the user's token.
        var authorization: String?
        var contentType = "application/json"
        /// Bytes behind the body's text, for what no text can be.
        var appended: [UInt8] = []

        /// An operator's: role, scope and second factor.
        static func operating(_ user: UUID, key: String? = nil, proofAge: Int64 = 60) -> Request {
            Request(
                user: user, key: key, role: "admin", level: .two, scope: "profile:read admin", proofAge: proofAge)
        }
    }

    func post(_ path: String, _ body: String?, _ key: String?, as user: UUID = ada) throws -> Answer {
        try call("POST", path, body, Request(user: user, key: key))
    }

    func get(_ path: String, query: String = "", as user: UUID = ada) throws -> Answer {
        try call("GET", path, nil, Request(user: user, query: query))
    }

    func call(_ method: String, _ path: String, _ body: String?, _ request: Request) throws -> Answer {
        let deadline = SystemClock.now().advanced(byMilliseconds: 60_000)
        let payload = try payload(method, path, body.map { Array($0.utf8) + request.appended }, request)
        let context = InvocationContext(requestID: "request", deadline: deadline)
        let answer = try JSONDocument(parsing: handler(payload, context)).root
        var headers: [String: String] = [:]
        for (name, value) in try answer.member("headers").members { headers[name] = try value.string() }
        let text = try answer.optional("body")?.string() ?? ""
        return Answer(status: try answer.member("statusCode").integer(), headers: headers, body: Array(text.utf8))
    }

    /// A request as API Gateway sends it; its authorizer names somebody else than the token does, which must not count.
    func payload(_ method: String, _ path: String, _ body: [UInt8]?, _ request: Request) throws -> [UInt8] {
        let bearer = try request.authorization ?? request.user.map { "Bearer " + (try token(for: $0, request)) }
        return JSONWriter.object { event in
            event.member("version", "2.0")
            event.member("routeKey", "\(method) \(path)")
            event.member("rawPath", path)
            event.member("rawQueryString", request.query)
            event.member("headers") { headers in
                headers.member("content-type", request.contentType)
                headers.optional("authorization", bearer)
                headers.optional("idempotency-key", request.key)
                headers.optional("accept", request.accept)
            }
            event.member("requestContext") { context in
                context.member("http") { http in
                    http.member("method", method)
                    http.member("path", path)
                    http.member("protocol", "HTTP/1.1")
                    http.member("sourceIp", "192.0.2.1")
                    http.member("userAgent", "test")
                }
                context.member("authorizer") { authorizer in
                    authorizer.member("jwt") { jwt in jwt.member("claims") { $0.member("sub", Self.grace.description) }
                    }
                }
                context.member("requestId", "id")
                context.member("stage", "$default")
                context.member("timeEpoch", Self.noon.millisecondsSince1970)
            }
            if let body { event.member("body", Base64.encode(body)) }
            event.member("isBase64Encoded", body != nil)
        }.bytes
    }

    private func token(for user: UUID, _ request: Request) throws -> String {
        let keys = try TestTokens.keys()
        return try TestTokens.claims(
            of: user, session: Self.session(of: user), at: Self.noon, scope: request.scope, role: request.role,
            level: request.level, proofAge: request.proofAge
        ).signed(by: keys.key, kid: keys.kid)
    }
}

/// Bodies of requests.
enum Body {
    static func tip(_ amount: Int64, to user: UUID) -> String { #"{"recipientId":"\#(user)","amount":\#(amount)}"# }

    static func purchase(_ price: Int64, from user: UUID, comic: String = "nausicaa") -> String {
        #"{"creatorId":"\#(user)","comicId":"\#(comic)","price":\#(price)}"#
    }

    static func hold(_ amount: Int64, for user: UUID) -> String { #"{"creatorId":"\#(user)","amount":\#(amount)}"# }

    static func amount(_ amount: Int64) -> String { #"{"amount":\#(amount)}"# }

    static let reason = #"{"reason":"paid twice"}"#
}
