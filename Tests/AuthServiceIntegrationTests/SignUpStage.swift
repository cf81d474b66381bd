import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport

@testable import AuthService

/// What the service answered.
struct SignUpAnswer {
    let status: Int64
    let headers: [String: String]
    let cookies: [String]
    let bytes: [UInt8]

    var json: JSONValue { get throws { try JSONDocument(parsing: bytes).root } }
    var code: String? { try? json.member("code").string() }

    /// The value of a cookie that was set.
    func cookie(_ name: String) -> String? {
        cookies.first { $0.hasPrefix(name + "=") }
            .flatMap { $0.split(separator: ";").first }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    /// All of it that does not differ from request to request.
    var shape: String {
        let fields = headers.filter { $0.key != "x-request-id" }.sorted { $0.key < $1.key }
        return "\(status) \(fields) \(cookies.map { $0.split(separator: "=").first ?? "" }) \(bytes.count)"
    }
}

/// An event in the outbox, opened.
struct WrittenEvent {
    let type: String
    let aggregate: String
    let detail: JSONValue
    let sealed: JSONValue
    let detailLength: Int

    func text(_ name: String) -> String? { try? sealed.member(name).string() }
}

/// The service on a real database, at a time that the test chooses; everything that it says is kept.
final class SignUpStage {
    static let noon = Timestamp(millisecondsSince1970: 1_795_262_400_000)
    static let origin = "https://nerdwork.example"
    static let password = "tundra maple 71 orbit"
    static let otherPassword = "velvet canyon 48 pigeon"
    private static let sealSecret = [UInt8](repeating: 7, count: 32)
    private static let document = Result {
        try KeyRotation.advance(.empty, now: noon) {
            let key = try RSAPrivateKey.generate()
            return AuthKeyDocument.KeyPair(
                kid: JSONWebKey(key.publicKey).kid, modulus: key.publicKey.modulus,
                exponent: key.publicKey.exponent,
                privateKey: try key.pkcs8)
        }.document
    }

    let database: TestDatabase
    var time = SignUpStage.noon
    /// Where requests come from.
    var address = "192.0.2.1"
    /// Everything that left the service.
    private(set) var said: [[UInt8]] = []
    private var handler: InvocationHandler = { _, _ in [] }
    private let seal: EventSeal

    init(_ database: TestDatabase) throws {
        self.database = database
        seal = try EventSeal(secret: Self.sealSecret)
        let service = AuthService(
            database: Database(try database.configuration(as: "nerdwork_auth")),
            keys: try KeyRing(document: Self.document.get()), seals: SealSource { _ in Self.sealSecret },
            settings: AuthSettings(
                issuer: "https://auth.nerdwork.example", audience: "nerdwork-api", origins: [Self.origin],
                breachedPasswordsURL: nil),
            passwordCost: ScryptCost(logN: 1, blockSize: 1, parallelism: 1), now: { [unowned self] in self.time })
        handler = service.dispatcher.handle
    }

    func post(
        _ path: String, _ body: [String: String] = [:], method: String = "POST", headers: [String: String] = [:],
        cookies: [String] = [], query: String = "", raw: String? = nil
    ) throws -> SignUpAnswer {
        let text =
            raw
            ?? JSONWriter.object { object in
                for (name, value) in body.sorted(by: { $0.key < $1.key }) { object.member(name, value) }
            }.text
        let event = Self.event(method, path, query, text, headers: headers, cookies: cookies, address: address)
        let context = InvocationContext(
            requestID: "c0ffee00-0000-4000-8000-000000000001",
            deadline: Timestamp(millisecondsSince1970: SystemTime.now + 60_000))
        let bytes = try handler(event, context)
        said.append(bytes)
        let answer = try JSONDocument(parsing: bytes).root
        var fields: [String: String] = [:]
        for (name, value) in try answer.member("headers").members { fields[name] = try value.string() }
        return SignUpAnswer(
            status: try answer.member("statusCode").integer(), headers: fields,
            cookies: try answer.optional("cookies")?.elements.map { try $0.string() } ?? [],
            bytes: Array(try answer.optional("body")?.string().utf8 ?? "".utf8))
    }

    private static func event(
        _ method: String, _ path: String, _ query: String, _ body: String, headers: [String: String], cookies: [String],
        address: String
    ) -> [UInt8] {
        JSONWriter.object { request in
            request.member("version", "2.0")
            request.member("routeKey", "\(method) \(path)")
            request.member("rawPath", path)
            request.member("rawQueryString", query)
            if !cookies.isEmpty { request.member("cookies", cookies) }
            request.member("headers") { fields in
                let own = ["host": "api.example", "content-type": "application/json"]
                for (name, value) in own.merging(headers, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
                    fields.member(name, value)
                }
            }
            request.member("requestContext") { context in
                context.member("http") { http in
                    http.member("method", method)
                    http.member("path", path)
                    http.member("protocol", "HTTP/1.1")
                    http.member("sourceIp", address)
                    http.member("userAgent", "test")
                }
                context.member("requestId", "id")
                context.member("stage", "$default")
                context.member("timeEpoch", noon.millisecondsSince1970)
            }
            if method != "GET", method != "HEAD" { request.member("body", body) }
            request.member("isBase64Encoded", false)
        }.bytes
    }

    /// The events of the outbox, oldest first.
    func events(_ type: String? = nil) throws -> [WrittenEvent] {
        let rows = try database.connect().query(
            "select event_id, aggregate, detail_type, detail::text as detail from outbox.events order by position")
        return try rows.map { row in
            let detail = try JSONDocument(parsing: row.decode("detail", as: String.self)).root
            let sealed = try seal.open(detail.member("sealed").string(), eventID: row.decode("event_id"))
            return WrittenEvent(
                type: try row.decode("detail_type"), aggregate: try row.decode("aggregate"), detail: detail,
                sealed: try JSONDocument(parsing: sealed).root,
                detailLength: try row.decode("detail", as: String.self).utf8.count)
        }.filter { type == nil || $0.type == type }
    }

    /// How many rows each table has.
    func rowCounts() throws -> [String: Int64] {
        let connection = try database.connect()
        let tables = [
            "auth.users", "auth.pending_signups", "auth.mail_tokens", "auth.throttle", "auth.audit_log",
            "auth.idempotency", "auth.sessions", "outbox.events",
        ]
        var counts: [String: Int64] = [:]
        for table in tables {
            counts[table] = try connection.query("select count(*) as count from \(raw: table)").only().decode("count")
        }
        return counts
    }

    func run(_ sql: SQL) throws {
        _ = try database.connect().query(sql)
    }

    func count(_ sql: SQL) throws -> Int64 {
        try database.connect().query(sql).only().decode("count")
    }

    /// The text of the whole schema's rows.
    func dump() throws -> String {
        let connection = try database.connect()
        let tables = try connection.query(
            """
            select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('auth', 'outbox')
            """)
        var text = ""
        for table in tables {
            let name: String = try table.decode("name")
            for row in try connection.query("select t::text as line from \(raw: name) t") {
                text += try row.decode("line", as: String.self) + "\n"
            }
        }
        return text
    }
}

extension SignUpStage {
    /// What a page of ours sends along.
    static let browser = ["x-nw-csrf": "1", "origin": origin]
    static let native = ["x-nw-client": "native"]

    func signUp(_ email: String, password: String = SignUpStage.password) throws -> SignUpAnswer {
        try post("/auth/signup", ["email": email, "password": password])
    }

    /// An account with this address, by way of the routes.
    @discardableResult
    func account(_ email: String, password: String = SignUpStage.password) throws -> SignUpAnswer {
        _ = try signUp(email, password: password)
        let token = try events("EmailVerificationRequested").last?.text("token") ?? ""
        return try post("/auth/verify-email", ["token": token, "password": password], headers: Self.native)
    }

    /// Lets every limit be as if nobody had asked for anything.
    func forgetLimits() throws {
        try run("delete from auth.throttle")
    }
}
