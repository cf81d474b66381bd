import LocalPlatform
import TestSupport
import Testing

/// API Gateway developer guide, "Configure CORS for HTTP APIs in API Gateway".
@Suite("Cross-origin requests through the gateway")
struct CrossOriginTests {
    private static func gateway(_ handle: String = "printf 1") throws -> ServedGateway {
        try ServedGateway(
            handle: handle,
            api: #"""
                ,"CorsConfiguration":{"AllowOrigins":["https://a.example"],"AllowCredentials":true,"AllowMethods":["GET","POST"],
                "AllowHeaders":["Content-Type","idempotency-key"],"ExposeHeaders":["etag"],"MaxAge":600}
                """#)
    }

    @Test("a preflight is answered by the gateway, for any path")
    func preflight() throws {
        let gateway = try Self.gateway()
        let asked = ["Origin: https://a.example", "Access-Control-Request-Method: POST"]
        let reply = try #require(gateway.send("OPTIONS", "/nowhere", asked))
        #expect(reply.status == 204 && reply.body.isEmpty)
        #expect(reply.header("access-control-allow-origin") == "https://a.example")
        #expect(reply.header("access-control-allow-methods") == "GET,POST")
        #expect(reply.header("access-control-allow-headers") == "content-type,idempotency-key")
        #expect(reply.header("access-control-allow-credentials") == "true")
        #expect(reply.header("access-control-max-age") == "600")
    }

    @Test("another origin learns nothing, and a request that is no preflight is routed")
    func refusal() throws {
        let gateway = try Self.gateway()
        let other = gateway.send("OPTIONS", "/a", ["Origin: https://b.example", "Access-Control-Request-Method: POST"])
        #expect(other?.status == 204 && other?.headers.contains { $0.name.hasPrefix("access-control") } == false)
        #expect(gateway.send("OPTIONS", "/a", ["Origin: https://a.example"])?.status == 404)
        #expect(gateway.send("OPTIONS", "/a", ["Access-Control-Request-Method: POST"])?.status == 404)
    }

    @Test("the gateway's fields stand in every answer to the origin, and the function's own do not count")
    func answers() throws {
        let gateway = try Self.gateway(
            #"printf '{"statusCode":200,"headers":{"access-control-allow-origin":"*","etag":"1"},"body":"x"}'"#)
        let reply = try #require(gateway.send("GET", "/a/1", ["Origin: https://a.example"]))
        #expect(reply.headers.filter { $0.name == "access-control-allow-origin" }.map(\.value) == ["https://a.example"])
        #expect(reply.header("access-control-expose-headers") == "etag" && reply.header("etag") == "1")
        let missing = gateway.send("GET", "/nowhere", ["Origin: https://a.example"])
        #expect(missing?.status == 404 && missing?.header("access-control-allow-origin") == "https://a.example")
        let plain = gateway.send("GET", "/a/1")
        #expect(plain?.headers.contains { $0.name.hasPrefix("access-control") } == false)
    }
}
