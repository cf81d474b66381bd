import LocalPlatform
import LocalServe
import TestSupport
import Testing

@Suite("Answers of the gateway")
struct GatewayAnswerTests {
    @Test("are the function's own, with cookies and bytes as they are")
    func full() throws {
        let gateway = try ServedGateway(
            handle: #"""
                printf '{"statusCode":201,"headers":{"X-One":"1","Content-Type":"image/png","Content-Length":"99"},'
                printf '"cookies":["a=1; Path=/","b=2"],"body":"AAEC","isBase64Encoded":true}'
                """#)
        let reply = try #require(gateway.send("GET", "/a/1"))
        #expect(reply.status == 201 && reply.header("x-one") == "1" && reply.header("content-type") == "image/png")
        #expect(reply.headers.filter { $0.name == "set-cookie" }.map(\.value) == ["a=1; Path=/", "b=2"])
        #expect(Array(reply.body.utf8) == [0, 1, 2] && reply.header("content-length") == "3")
        let head = try #require(gateway.send("HEAD", "/any"))
        #expect(head.status == 201 && head.body.isEmpty && head.header("content-length") == "3")
    }

    /// Developer guide: without a status code the whole answer is the body of a 200.
    @Test(
        "are made up where the function gives no status",
        arguments: [(#"{"a":1}"#, #"{"a":1}"#), ("[1,2]", "[1,2]")])
    func inference(output: String, body: String) throws {
        let gateway = try ServedGateway(handle: "printf '%s' '\(output)'")
        let reply = gateway.send("GET", "/a/1")
        #expect(reply?.status == 200 && reply?.body == body && reply?.header("content-type") == "application/json")
    }

    @Test(
        "are 500 in the gateway's words for what is no answer",
        arguments: ["printf 'no json'", #"printf '{"statusCode":"x"}'"#, "kill -9 $$; sleep 1"])
    func wrong(handle: String) throws {
        let gateway = try ServedGateway(handle: handle)
        let reply = gateway.send("GET", "/a/1")
        #expect(reply?.status == 500 && reply?.body == #"{"message":"Internal Server Error"}"#)
    }

    /// github.com/cortexlabs/cortex/issues/1225 shows what an HTTP API answers at its timeout.
    @Test("are 503 where the function is too slow for the integration, or Lambda throttles it")
    func unavailable() throws {
        let slow = try ServedGateway(handle: "gate; printf 1", integration: #","TimeoutInMillis":50"#)
        let late = slow.send("GET", "/a/1")
        #expect(late?.status == 503 && late?.body == #"{"message":"Service Unavailable"}"#)
        #expect(late?.header("apigw-requestid") != nil)

        let busy = try ServedGateway(handle: "gate; printf 1", processes: 1)
        let statuses = Collected<Int>()
        concurrently(2) { [script = busy.function.script] _ in
            let status = busy.send("GET", "/a/1")?.status ?? 0
            statuses.append(status)
            if status == 503 { try? script.openGate() }
        }
        #expect(statuses.all.sorted() == [200, 503])
    }

    @Test("are 429 once a route's bucket is empty, and each route has its own")
    func throttling() throws {
        let gateway = try ServedGateway(
            handle: "printf 1",
            stage: #"""
                ,"DefaultRouteSettings":{"ThrottlingRateLimit":0.001,"ThrottlingBurstLimit":2},
                "RouteSettings":{"ANY /any":{"ThrottlingRateLimit":0.001,"ThrottlingBurstLimit":1}}
                """#)
        let statuses = (1...3).map { _ in gateway.send("GET", "/a/1")?.status }
        #expect(statuses == [200, 200, 429])
        #expect((1...2).map { _ in gateway.send("GET", "/any")?.status } == [200, 429])
        #expect(gateway.send("GET", "/any")?.body == #"{"message":"Too Many Requests"}"#)
        #expect(gateway.send("GET", "/nowhere")?.status == 404)
    }
}
