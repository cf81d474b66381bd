import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import LambdaRuntime
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// The routes that take a password, with a database that nobody can reach: what is refused before it is needed is
/// refused, and everything else is 503.
struct PasswordRoutesTests {
    /// Method, path, the body with `@` for the password, and whether the caller is signed in.
    static let routes: [(method: String, path: String, body: String, isSignedIn: Bool)] = [
        ("POST", "/auth/login", #"{"email":"ada@example.org","password":"@"}"#, false),
        ("POST", "/auth/signup", #"{"email":"ada@example.org","password":"@"}"#, false),
        ("POST", "/auth/verify-email", #"{"token":"\#(mailToken)","password":"@"}"#, false),
        ("POST", "/auth/password/reset", #"{"token":"\#(mailToken)","new_password":"@"}"#, false),
        ("POST", "/auth/password/change", #"{"current_password":"@","new_password":"\#(good)"}"#, true),
        ("POST", "/auth/password/change", #"{"current_password":"\#(good)","new_password":"@"}"#, true),
        ("POST", "/auth/reauthenticate", #"{"password":"@"}"#, true),
        ("DELETE", "/auth/profile", #"{"password":"@"}"#, true),
    ]
    private static let good = "tundra maple 71 orbit"
    private static let mailToken = Base64.encode([UInt8](repeating: 7, count: 32), alphabet: .url)

    @Test("C41: 1,025 bytes or 257 characters of password reach neither hash nor database, on any route")
    func tooLong() throws {
        for route in Self.routes {
            for text in [String(repeating: "x", count: 1_025), String(repeating: "😀", count: 257)] {
                let answer = try ask(route, password: text)
                #expect(answer.status == 422 && answer.errors == ["too_long"], "\(route.path)")
            }
        }
    }

    @Test("C42: an empty password reaches neither hash nor database, on any route")
    func empty() throws {
        for route in Self.routes {
            let answer = try ask(route, password: "")
            #expect(answer.status == 422 && answer.errors == ["too_short"], "\(route.path)")
        }
    }

    @Test("I78: without database or keys nobody is let in, and the list of stolen passwords is not needed")
    func outages() throws {
        for route in Self.routes {
            for settings in [Self.settings(), Self.settings(breachedPasswordsURL: "http://127.0.0.1:1")] {
                #expect(try ask(route, password: Self.good, settings).status == 503, "\(route.path)")
            }
            let answer = try ask(route, password: Self.good, keys: KeyRing { _ in throw Outage() })
            #expect(answer.status == 503, "\(route.path)")
        }
    }

    private struct Outage: Error {}

    private struct Answer {
        let status: Int64
        /// The codes of the problem's errors.
        let errors: [String]

        init(_ payload: [UInt8]) throws {
            let root = try JSONDocument(parsing: payload).root
            status = try root.member("statusCode").integer()
            let body = try JSONDocument(parsing: root.member("body").string()).root
            errors = try body["errors"]?.elements.map { try $0.member("code").string() } ?? []
        }
    }

    private static func settings(breachedPasswordsURL: String? = nil) -> AuthSettings {
        AuthSettings(
            issuer: TestTokens.issuer, audience: TestTokens.audience, origins: [],
            breachedPasswordsURL: breachedPasswordsURL)
    }

    private func ask(
        _ route: (method: String, path: String, body: String, isSignedIn: Bool), password: String,
        _ settings: AuthSettings = settings(), keys: KeyRing? = nil
    ) throws -> Answer {
        // Port 1 refuses at once.
        let nowhere = try ConnectionConfiguration(
            hosts: ["127.0.0.1"], ports: [1], database: "none", user: "nobody", tlsMode: .disable)
        let service = AuthService(
            database: Database(nowhere), keys: try keys ?? KeyRing(document: Self.document()),
            seals: SealSource { _ in [UInt8](repeating: 7, count: 32) }, settings: settings, passwordCost: cheap)
        let context = InvocationContext(
            requestID: "request", deadline: SystemClock.now().advanced(byMilliseconds: 60_000))
        return try Answer(service.dispatcher.handle(event(route, password), context))
    }

    private static func document() throws -> AuthKeyDocument {
        let keys = try TestTokens.keys()
        let encode = { (bytes: [UInt8]) in Base64.encode(bytes, alphabet: .url) }
        let text = """
            {"version":1,"signing":[{"kid":"\(keys.kid)","state":"active","createdAt":1,"publishedAt":1,"activatedAt":1,\
            "n":"\(encode(keys.key.publicKey.modulus))","e":"\(encode(keys.key.publicKey.exponent))",\
            "privateKey":"\(encode(try keys.key.pkcs8.revealed()))"}],\
            "roots":[{"id":1,"secret":"\(encode([UInt8](repeating: 7, count: 32)))"}]}
            """
        return try AuthKeyDocument(parsing: Array(text.utf8))
    }

    private func event(
        _ route: (method: String, path: String, body: String, isSignedIn: Bool), _ password: String
    ) throws -> [UInt8] {
        let token = try TestTokens.token(for: somebody, at: SystemClock.now())
        let parts = route.body.split(separator: "@\"", omittingEmptySubsequences: false)
        return JSONWriter.object { event in
            event.member("version", "2.0")
            event.member("rawPath", route.path)
            event.member("rawQueryString", "")
            event.member("headers") { headers in
                headers.member("content-type", "application/json")
                headers.member("x-nw-client", "native")
                if route.isSignedIn { headers.member("authorization", "Bearer \(token)") }
            }
            event.member("requestContext") { context in
                context.member("stage", "$default")
                context.member("http") { http in
                    http.member("method", route.method)
                    http.member("path", route.path)
                    http.member("protocol", "HTTP/1.1")
                    http.member("sourceIp", "192.0.2.1")
                    http.member("userAgent", "test")
                }
            }
            event.member("body", parts.joined(separator: "\(password)\""))
            event.member("isBase64Encoded", false)
        }.bytes
    }
}
