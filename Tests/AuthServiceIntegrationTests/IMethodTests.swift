import AuthKeys
import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Methods that nobody offers")
struct MethodTests {
    private struct Unconnected: Error {}

    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "QUERY", "get",
        "Post",
        "POST ", " POST", "", "*", "GÉT", "P\u{212A}", "POST\r\n", String(repeating: "X", count: 32),
    ]

    /// A service that is connected to nothing: none of these requests gets that far.
    private func dispatcher() throws -> EventDispatcher {
        let variables = ["PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x"]
        return AuthService(
            database: Database(try ConnectionConfiguration(environment: { variables[$0] })),
            keys: KeyRing(secret: { _ in throw Unconnected() }), seals: SealSource { _ in throw Unconnected() },
            settings: AuthSettings(issuer: "https://auth.test", audience: "a", origins: [])
        ).dispatcher
    }

    private func answer(
        _ dispatcher: EventDispatcher, _ method: String, _ path: String, _ headers: NamedValues = [:]
    ) throws -> APIGatewayResponse {
        let event = APIGatewayRequest(
            context: .init(http: .init(method: method, path: path)), rawPath: path, headers: headers, body: "{}")
        var writer = JSONWriter()
        writer.value(event)
        let context = InvocationContext(requestID: "r", deadline: .init(millisecondsSince1970: .max))
        return try APIGatewayResponse(json: JSONDocument(parsing: dispatcher.handle(writer.bytes, context)).root)
    }

    /// The methods of each path of the auth service, as the document says.
    private func documented() throws -> [String: Set<String>] {
        try OpenAPIDocument().operations.filter(\.isAuth).reduce(into: [:]) { paths, operation in
            let path = operation.path.replacing("{id}", with: "ada00000-0000-4000-8000-000000000001")
            paths[path, default: []].insert(operation.method)
        }
    }

    @Test("I80: a method that a path does not have is 405 and names the ones it has; OPTIONS is told the same")
    func methods() throws {
        let dispatcher = try dispatcher()
        let paths = try documented()
        #expect(paths.count > 25)
        for (path, offered) in paths {
            let allowed = offered.union(["OPTIONS"]).union(offered.contains("GET") ? ["HEAD"] : [])
            for method in Self.methods where !allowed.contains(method) || method == "OPTIONS" {
                let answer = try answer(dispatcher, method, path)
                #expect(answer.statusCode == (method == "OPTIONS" ? 204 : 405), "\(method) \(path)")
                let named = answer.headers["allow"]?.split(separator: ", ").map(String.init) ?? []
                #expect(Set(named) == allowed && named.count == allowed.count, "\(method) \(path)")
            }
        }
    }

    @Test("I80: no field and no member changes the method")
    func overrides() throws {
        let dispatcher = try dispatcher()
        for name in ["x-http-method-override", "x-http-method", "x-method-override", "_method"] {
            let headers: NamedValues = ["content-type": "application/json", name: "DELETE"]
            #expect(try answer(dispatcher, "POST", "/auth/sessions", headers).statusCode == 405)
        }
    }

    @Test("I80: a path that nobody has is 404 with any method")
    func unknownPaths() throws {
        let dispatcher = try dispatcher()
        for method in Self.methods {
            for path in [
                "/auth", "/auth/", "/auth/login/", "//auth/login", "/AUTH/login", "/auth/login%00", "/auth%2Flogin",
            ] { #expect(try answer(dispatcher, method, path).statusCode == 404, "\(method) \(path)") }
        }
    }
}
