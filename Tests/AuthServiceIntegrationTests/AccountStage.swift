import AuthKeys
import AuthService
import Codecs
import Cryptography
import JSONWebToken
import LambdaRuntime
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import Synchronization
import TestSupport

@testable import AuthService

/// A wall clock that stands still until a test moves it.
final class AccountClock: Sendable {
    private let moment: Mutex<Timestamp>

    /// 2026-11-21, 12:00 UTC.
    static let noon = Timestamp(millisecondsSince1970: 1_795_262_400_000)

    init(_ start: Timestamp = noon) {
        moment = Mutex(start)
    }

    var now: Timestamp { moment.withLock { $0 } }

    func advance(seconds: Int64) {
        moment.withLock { $0 = $0.advanced(byMilliseconds: seconds * 1_000) }
    }
}

/// Accounts that are put into the tables as they are after signing in, and the service that works for them.
struct AccountStage: Sendable {
    let database: TestDatabase
    let clock = AccountClock()
    let seal = [UInt8](repeating: 0x53, count: 32)

    static let issuer = "https://auth.nerdwork.example"
    static let audience = "nerdwork-api"
    static let weakCost = ScryptCost(logN: 1, blockSize: 1, parallelism: 1)
    /// A key pair takes some tenths of a second.
    static let document = Result {
        try KeyRotation.advance(.empty, now: AccountClock.noon.advanced(byMilliseconds: -86_400_000)) {
            try AuthKeyDocument.KeyPair.generate()
        }.document
    }

    init(_ database: TestDatabase) {
        self.database = database
    }

    var snapshot: AuthKeySnapshot {
        get throws { try AuthKeySnapshot(Self.document.get()) }
    }

    /// The service with a connection of its own, as one execution environment has it.
    ///
    /// - Parameter proxy: stands between the service and the server
    func service(through proxy: FaultProxy? = nil) throws -> AuthService {
        let configuration = try database.configuration(as: "nerdwork_auth")
        let session = Database(proxy?.through(configuration) ?? configuration)
        let seal = seal
        return AuthService(
            database: session, keys: try KeyRing(document: Self.document.get()), seals: SealSource { _ in seal },
            settings: AuthSettings(
                issuer: Self.issuer, audience: Self.audience, origins: ["https://nerdwork.example"]),
            passwordCost: Self.weakCost, now: { clock.now })
    }

    var context: InvocationContext {
        InvocationContext(requestID: "request", deadline: SystemClock.now().advanced(byMilliseconds: 60_000))
    }

    /// What came back.
    struct Answer {
        let status: Int64
        let headers: JSONValue
        let cookies: [String]
        let bytes: [UInt8]

        var body: JSONValue { get throws { try JSONDocument(parsing: bytes).root } }
        var code: String? { get throws { try body.optional("code")?.string() } }
    }

    func call(
        _ method: String, _ path: String, _ body: String? = nil, query: String = "", headers: [(String, String)] = [],
        token: String? = nil, address: String = "192.0.2.1", on handler: InvocationHandler? = nil
    ) throws -> Answer {
        let request = JSONWriter.object { request in
            request.member("version", "2.0")
            request.member("routeKey", "$default")
            request.member("rawPath", path)
            request.member("rawQueryString", query)
            request.member("headers") { fields in
                if body != nil { fields.member("content-type", "application/json") }
                if let token { fields.member("authorization", "Bearer " + token) }
                for (name, value) in headers { fields.member(name, value) }
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
                context.member("timeEpoch", clock.now.millisecondsSince1970)
            }
            request.optional("body", body)
            request.member("isBase64Encoded", false)
        }
        let handler = try handler ?? service().dispatcher.handle
        let bytes = try handler(request.bytes, context)
        let answer = try JSONDocument(parsing: bytes).root
        return Answer(
            status: try answer.member("statusCode").integer(), headers: try answer.member("headers"),
            cookies: try answer.optional("cookies")?.elements.map { try $0.string() } ?? [],
            bytes: try answer.optional("body")?.utf8(maximumBytes: 1 << 20) ?? [])
    }
}
