import Codecs
import LocalPlatform
import TestSupport
import Testing

@testable import LocalServe

/// API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
@Suite("Requests through the gateway's port")
struct GatewayRequestTests {
    private func event(_ reply: RawClient.Reply?) throws -> JSONTree {
        try JSONTree(parsing: Array(try #require(reply).body.utf8))
    }

    @Test("become the event that API Gateway would send")
    func mapping() throws {
        let gateway = try ServedGateway()
        let reply = gateway.send(
            "GET", "/a/b%20c?q=1&q=2&r=%C3%A9&s=a+b&t",
            ["X-Thing: one", "x-thing: two", "Cookie: x=1; y=2", "User-Agent: probe", "X-Forwarded-For: 192.0.2.1"],
            from: "127.0.0.7")
        #expect(reply?.status == 200 && reply?.header("content-type") == "application/json")
        let event = try event(reply)
        #expect(event["version"]?.text == "2.0" && event["routeKey"]?.text == "GET /a/{id}")
        #expect(event["rawPath"]?.text == "/a/b%20c" && event["rawQueryString"]?.text == "q=1&q=2&r=%C3%A9&s=a+b&t")
        let query = event["queryStringParameters"]
        #expect(
            query?["q"]?.text == "1,2" && query?["r"]?.text == "é" && query?["s"]?.text == "a b"
                && query?["t"]?.text == "")
        #expect(event["headers"]?["x-thing"]?.text == "one,two" && event["headers"]?["cookie"] == nil)
        #expect(event["headers"]?["x-forwarded-for"]?.text == "192.0.2.1, 127.0.0.7")
        #expect(event["cookies"]?.elements.compactMap(\.text) == ["x=1", "y=2"])
        #expect(event["pathParameters"]?["id"]?.text == "b c" && event["body"] == nil)
        let context = event["requestContext"]
        #expect(context?["http"]?["sourceIp"]?.text == "127.0.0.7" && context?["http"]?["userAgent"]?.text == "probe")
        #expect(
            context?["stage"]?.text == "$default" && context?["requestId"]?.text == reply?.header("apigw-requestid"))
        #expect(try #require(context?["time"]?.text).contains(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/))
    }

    /// github.com/ministackorg/ministack/pull/766: what API Gateway takes for text was found out there.
    @Test(
        "have a body that is base64 unless its type is known for text",
        arguments: [
            ("application/json", true), ("application/json; charset=utf-8", true), ("text/csv", true),
            ("application/xml", true), ("application/javascript", true), ("application/x-www-form-urlencoded", false),
            ("application/problem+json", false), ("application/octet-stream", false), (nil, false),
        ] as [(String?, Bool)])
    func body(type: String?, isText: Bool) throws {
        let gateway = try ServedGateway()
        let headers = type.map { ["Content-Type: \($0)"] } ?? []
        let event = try event(gateway.send("POST", "/a", headers, body: "a=1"))
        #expect(event["isBase64Encoded"] == .bool(!isText))
        #expect(event["body"]?.text == (isText ? "a=1" : Base64.encode(Array("a=1".utf8))))
    }

    @Test("find routes for any method and for the rest of a path")
    func routes() throws {
        let gateway = try ServedGateway()
        #expect(try event(gateway.send("DELETE", "/any"))["routeKey"]?.text == "ANY /any")
        let file = try event(gateway.send("GET", "/files/a/b%2Fc.txt"))
        #expect(file["pathParameters"]?["proxy"]?.text == "a/b/c.txt")
        for (method, path) in [("POST", "/a/1"), ("GET", "/files/"), ("GET", "/"), ("get", "/a/1"), ("GET", "/a/1/")] {
            let reply = gateway.send(method, path)
            #expect(reply?.status == 404 && reply?.body == #"{"message":"Not Found"}"#, "\(method) \(path)")
        }
    }

    /// API Gateway developer guide, "Quotas for configuring and running an HTTP API".
    @Test("are refused where they are too large, or no HTTP")
    func limits() throws {
        let gateway = try ServedGateway()
        let long = gateway.send("GET", "/a/1", ["X-Long: \(String(repeating: "x", count: 10_240))"])
        #expect(long?.status == 431 && long?.body == #"{"message":"Request Header Fields Too Large"}"#)
        let longer = gateway.send("GET", "/a/1", ["X-Long: \(String(repeating: "x", count: 70_000))"])
        #expect(longer?.status == 431)
        let text = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \(10 * 1024 * 1024 + 1)\r\n\r\n"
        #expect(gateway.send(text)?.status == 413)
        #expect(gateway.send(text)?.body == #"{"message":"Request Entity Too Large"}"#)
        for wrong in [
            "GET /a/1\r\n\r\n", "GET /a/1 HTTP/1.1\r\nX y: 1\r\n\r\n",
            "POST /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "POST /a HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
            let reply = gateway.send(wrong)
            #expect(reply?.status == 400 && reply?.body == #"{"message":"Bad Request"}"#, "\(wrong)")
        }
        #expect(gateway.send("GET", "/a/1")?.status == 200)
    }

    @Test("stand in the journal without query and without the secrets of links")
    func journal() throws {
        let gateway = try ServedGateway()
        _ = gateway.send("GET", "/a/1?secret=1")
        _ = gateway.send("GET", "/links/hidden")
        _ = gateway.send("GET", "/nowhere")
        let requests = gateway.requests
        #expect(requests.map(\.path) == ["/a/1", "/links/{token}", "/nowhere"])
        #expect(requests.map(\.status) == [200, 200, 404])
        #expect(requests.map(\.function) == [ServedFunction.name, ServedFunction.name, nil])
    }
}
