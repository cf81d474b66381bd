import LocalRuntimeAPI
import Platform
import Testing

/// How invocations arrive: the cases 1 to 5, 12 to 16, 20, 21, 23, 24 and 30 of the conformance list (docs/testing.md).
@Suite struct DeliveryTests {
    @Test("1: next may wait for longer than any timeout of the client, then the event arrives")
    func nextBlocks() throws {
        // 90 s is the full case; a few seconds are longer than the connect timeout, the only limit of the exchange.
        let seconds = TestVariables.nextBlocksSeconds
        let probe = try Probe { $0.script(.next, [.delayed(milliseconds: Int64(seconds) * 1000)]) }
        let outcome = probe.server.invoke(
            LocalInvocation(payload: Array("late".utf8)), timeoutMilliseconds: Int64(seconds + 30) * 1000)
        #expect(outcome == .text("late"))
        #expect(probe.server.requests.filter { $0.path.hasSuffix("/next") }.count <= 2, "no second try")
    }

    @Test("2: chunked bodies and bodies with Content-Length arrive whole", arguments: [0, 1, 2_048, 2_049, 300_000])
    func framings(size: Int) throws {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 % 95 + 32) }
        for framing in [Behaviour.Framing.chunked, .contentLength, .lambda] {
            var behaviour = Behaviour()
            behaviour.framing = framing
            let probe = try Probe { $0.script(.next, [behaviour]) }
            #expect(try probe.invoke(payload) == .response(payload))
        }
    }

    @Test("3: Connection: close on every answer costs a connection, nothing else")
    func connectionClose() throws {
        var closing = Behaviour()
        closing.closesConnection = true
        let probe = try Probe { server in
            for endpoint in [Endpoint.next, .response] {
                server.script(endpoint, Array(repeating: closing, count: 5))
            }
        }
        for number in 0..<5 { #expect(try probe.invoke("event \(number)") == .text("event \(number)")) }
        try probe.expectAlive()
    }

    @Test("4: a server that drops the idle connection without a word loses no event")
    func idleDrop() throws {
        let dropping = Behaviour.breaking(.afterAnswer)
        let probe = try Probe { server in
            server.script(.next, Array(repeating: dropping, count: 3))
            server.script(.response, Array(repeating: dropping, count: 3))
        }
        for number in 0..<4 {
            #expect(try probe.invoke("event \(number)") == .text("event \(number)"))
            pause(milliseconds: 20)
        }
        try probe.expectAlive()
    }

    @Test("5: a reset inside the event's body makes the loop ask again", arguments: [0, 1, 5_000])
    func resetInsideBody(after count: Int) throws {
        let probe = try Probe { $0.script(.next, [.breaking(.insideBody(after: count))]) }
        let payload = [UInt8](repeating: 0x41, count: 10_000)
        #expect(try probe.invoke(payload) == .response(payload))
        try probe.expectAlive()
    }

    @Test("12: a missing, garbled or past deadline")
    func deadlines() throws {
        let probe = try Probe()
        let missing = try probe.context { $0.setHeader("Lambda-Runtime-Deadline-Ms", nil) }
        #expect(try #require(missing["remaining"].flatMap { Int($0) }) > 60_000)
        let past = try probe.context { $0.setHeader("Lambda-Runtime-Deadline-Ms", "1000") }
        #expect(past["remaining"] == "0")
        for garbage in ["soon", "12e3", "-5", "99999999999999999999999999", ""] {
            let outcome = try probe.invoke("context") { $0.setHeader("Lambda-Runtime-Deadline-Ms", garbage) }
            #expect(outcome.report?.type == "Runtime.LambdaContextUnmarshalError", "\(garbage)")
        }
        try probe.expectAlive()
    }

    @Test("13: names of header fields in any case", arguments: [Behaviour.NameCase.lower, .upper, .asIs])
    func headerCase(nameCase: Behaviour.NameCase) throws {
        var behaviour = Behaviour()
        behaviour.nameCase = nameCase
        let probe = try Probe { $0.script(.next, [behaviour]) }
        let context = try probe.context {
            $0.requestID = "named"
            $0.setHeader("Lambda-Runtime-Aws-Request-Id", "named")
            $0.setHeader("Lambda-Runtime-Aws-Tenant-Id", "tenant-1")
        }
        #expect(context["requestID"] == "named")
        #expect(context["tenant"] == "tenant-1")
        #expect(context["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:local")
    }

    @Test("14: the invocation id is echoed on responses and errors, and absent where Lambda sent none")
    func invocationID() throws {
        let probe = try Probe()
        _ = try probe.invoke("echo") { $0.setHeader("Lambda-Runtime-Invocation-Id", "delivery-1") }
        _ = try probe.invoke("fail") { $0.setHeader("Lambda-Runtime-Invocation-Id", "delivery-2") }
        _ = try probe.invoke("echo")
        _ = try probe.invoke("fail")
        let posts = probe.server.requests.filter { $0.method == "POST" }
        #expect(posts.map { $0.header("Lambda-Runtime-Invocation-Id") } == ["delivery-1", "delivery-2", nil, nil])
    }

    @Test("15: the trace variable follows the header, and goes where there is none")
    func traceVariable() throws {
        let probe = try Probe(["_X_AMZN_TRACE_ID": "stale"])
        let trace = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1;Lineage=1:9581a8d4:0"
        let values: [String?] = [trace, nil, "Root=1", nil, trace]
        for value in values {
            let context = try probe.context { $0.setHeader("Lambda-Runtime-Trace-Id", value) }
            #expect(context["traceVariable"] == value ?? "nil")
            #expect(context["trace"] == value ?? "nil")
        }
    }

    @Test("20: an event of 6 MiB")
    func largeEvent() throws {
        let probe = try Probe()
        let payload = [UInt8](repeating: 0x42, count: 6 << 20)
        #expect(try probe.invoke(payload) == .response(payload))
        try probe.expectAlive()
    }

    @Test("21: a request id that must be percent-encoded", arguments: ["a/b", "ä 100%?#&", "../next", "x\"y\\z"])
    func requestIDEncoding(requestID: String) throws {
        let probe = try Probe()
        let outcome = try probe.invoke("echo") {
            $0.requestID = requestID
            $0.setHeader("Lambda-Runtime-Aws-Request-Id", requestID)
        }
        #expect(outcome == .text("echo"))
        let path = try #require(probe.server.requests.first { $0.method == "POST" }?.path)
        #expect(path.split(separator: "/").count == 5)
    }

    @Test("23: a proxy in the environment is not asked")
    func proxy() throws {
        let nobody = "http://127.0.0.1:9"
        let probe = try Probe(["http_proxy": nobody, "HTTP_PROXY": nobody, "all_proxy": nobody, "ALL_PROXY": nobody])
        #expect(try probe.invoke("echo") == .text("echo"))
    }

    @Test(
        "24: scheme and base path in AWS_LAMBDA_RUNTIME_API",
        arguments: ["http://ADDRESS", "http://ADDRESS/", "ADDRESS/.rt/function", "HTTP://ADDRESS/a/b"])
    func addressForms(form: String) throws {
        let probe = try Probe(address: form)
        #expect(try probe.invoke("echo") == .text("echo"))
        let base = form.split(separator: "ADDRESS", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let expected = base.hasSuffix("/") ? String(base.dropLast()) : base
        #expect(probe.server.requests.allSatisfy { $0.path.hasPrefix(expected + "/2018-06-01/") })
    }

    @Test("30: an event and an answer without a byte")
    func emptyPayload() throws {
        let probe = try Probe()
        #expect(try probe.invoke("") == .response([]))
        #expect(try probe.invoke("large 0") == .response([]))
        try probe.expectAlive()
    }

    @Test("Every request carries the user agent")
    func userAgent() throws {
        let probe = try Probe()
        _ = try probe.invoke("fail")
        #expect(probe.server.requests.allSatisfy { $0.header("User-Agent")?.hasPrefix("nerdwork-swift/") == true })
        #expect(probe.server.requests.allSatisfy { $0.header("Expect") == nil })
    }
}
