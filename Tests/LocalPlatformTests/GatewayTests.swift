internal import LambdaEvents
import Platform
internal import StrictJSON
import TestSupport
import Testing

@testable internal import LocalPlatform

@Suite("API Gateway, played locally")
struct GatewayTests {
    private static let routes = [
        "GET /a/{id}", "GET /a/me", "GET /{first}/{second}", "POST /a/me", "GET /a/{id}/b",
    ].map { TemplateRoute(key: $0, function: "f", needsToken: false) }

    @Test(
        "The route with the most that is fixed, from left to right, takes the request",
        arguments: [
            ("GET", "/a/me", "GET /a/me"), ("GET", "/a/5", "GET /a/{id}"), ("GET", "/x/me", "GET /{first}/{second}"),
            ("POST", "/a/me", "POST /a/me"), ("GET", "/a/5/b", "GET /a/{id}/b"), ("POST", "/a/5", nil),
            ("GET", "/a", nil), ("GET", "/a/", nil), ("GET", "/a/me/", nil), ("get", "/a/me", nil),
        ] as [(String, String, String?)])
    func routing(method: String, path: String, key: String?) {
        #expect(RouteTable(routes: Self.routes).route(method, path)?.route.key == key)
    }

    /// API Gateway developer guide, "Create Lambda proxy integrations for HTTP APIs", payload format 2.0.
    @Test("The function gets what API Gateway would send: names in lower case, repeated fields and cookies apart")
    func event() throws {
        let request = GatewayRequest(
            "POST", "/a/b%20c?q=1&r=%C3%A9",
            headers: [
                ("Accept", "a"), ("ACCEPT", "b"), ("Cookie", "x=1; y=2"), ("User-Agent", "test"),
                ("Content-Type", "application/json; charset=utf-8"),
            ],
            body: Array("{}".utf8), sourceIP: "192.0.2.1")
        let table = RouteTable(routes: [TemplateRoute(key: "POST /a/{id}", function: "f", needsToken: false)])
        let (route, parameters) = try #require(table.route("POST", request.path))
        let bytes = GatewayEvent.bytes(
            request, route: route, parameters: parameters,
            .init(at: SystemClock.now(), authorizer: .init(claims: ["sub": "s"])))
        let event = try APIGatewayRequest(json: JSONDocument(parsing: bytes).root)
        #expect(event.headers["accept"] == "a,b" && event.headers["cookie"] == nil)
        #expect(event.cookies == ["x=1", "y=2"])
        #expect(event.pathParameters["id"] == "b c" && event.rawPath == "/a/b%20c")
        #expect(event.rawQueryString == "q=1&r=%C3%A9" && event.queryStringParameters["r"] == "é")
        #expect(event.context.http.sourceIP == "192.0.2.1" && event.context.authorizer?.claims["sub"] == "s")
        #expect(event.body == "{}" && !event.isBase64Encoded && event.routeKey == "POST /a/{id}")
    }

    @Test("A body that is no text is sent as base64")
    func binary() throws {
        let request = GatewayRequest("GET", "/a/me", body: [0xFF, 0x00])
        let bytes = GatewayEvent.bytes(
            request, route: Self.routes[1], parameters: [:], .init(at: SystemClock.now()))
        let event = try APIGatewayRequest(json: JSONDocument(parsing: bytes).root)
        #expect(event.isBase64Encoded && event.bodyUTF8 == Array("/wA=".utf8) && event.context.authorizer == nil)
    }
}
