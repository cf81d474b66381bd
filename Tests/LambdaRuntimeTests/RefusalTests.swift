import LocalRuntimeAPI
import Platform
import Testing

/// What the Runtime API may answer to a post: the cases 6 to 11 and 19.
@Suite struct RefusalTests {
    /// Case number, answer to a response.
    static let survived: [(Int, Int, String)] = [
        (6, 413, #"{"errorType":"RequestEntityTooLarge"}"#),
        (7, 410, #"{"errorType":"InvokeTimeout"}"#),
        (8, 403, #"{"errorType":"InvalidStateTransition"}"#),
        (9, 400, #"{"errorType":"InvalidRequestID"}"#),
        (10, 200, #"{"status":"OK"}"#),
        (10, 204, ""),
    ]

    @Test("6, 7, 8, 9, 10: after 413, 410, 403, 400 or 200 the same process goes on", arguments: survived)
    func survives(_ row: (number: Int, status: Int, body: String)) throws {
        let probe = try Probe { $0.script(.response, [.status(row.status, row.body)]) }
        let first = LocalInvocation(payload: Array("one".utf8))
        probe.server.enqueue(first)
        let post = probe.server.waitForRequest(timeoutMilliseconds: Probe.patience) { $0.path.hasSuffix("/response") }
        #expect(post != nil)
        #expect(try probe.invoke("two") == .text("two"))
        try probe.expectAlive()
        #expect(probe.process.log.contains("\(row.status)") == (row.status >= 300))
    }

    @Test("The refusals of the real state machine are survived as well")
    func realRefusals() throws {
        let probe = try Probe()
        let gate = try Gate()
        let late = gate.event
        probe.server.enqueue(late)
        try gate.waitForArrival(of: late, at: probe)
        probe.server.abandon(late.requestID, reason: "timeout")
        gate.open(for: late)
        try probe.expectAlive()
        #expect(probe.process.log.contains("410"))
    }

    @Test(
        "11: 500 ends the process with a failure and a line on stderr", arguments: [Endpoint.next, .response, .error])
    func serverError(endpoint: Endpoint) throws {
        let probe = try Probe { $0.script(endpoint, [.status(500, #"{"errorType":"InternalServerError"}"#)]) }
        probe.server.enqueue(LocalInvocation(payload: Array((endpoint == .error ? "fail" : "echo").utf8)))
        let status = try #require(probe.process.wait(timeoutMilliseconds: Probe.patience))
        #expect(status > 0)
        #expect(probe.process.log.contains("\"level\":\"FATAL\""))
    }

    @Test("19: the largest response is accepted, one byte more is reported, and the process goes on")
    func responseSize() throws {
        let probe = try Probe()
        let most = 6_291_556
        #expect(try probe.invoke("large \(most)") == .response([UInt8](repeating: 0x20, count: most)))
        let report = try #require(probe.invoke("large \(most + 1)").report)
        #expect(report.type == "Function.ResponseSizeTooLarge")
        try probe.expectAlive()
    }

    @Test("A Runtime API that is gone ends the process with a failure after the last try")
    func serverGone() throws {
        let probe = try Probe()
        try probe.expectAlive()
        probe.server.stop()
        let status = try #require(probe.process.wait(timeoutMilliseconds: Probe.patience))
        #expect(status == 1)
        #expect(probe.process.log.contains("gives no invocation"))
    }

    @Test("A next that fails a few times is asked again", arguments: [400, 404, 429, 502, 503])
    func nextFails(status: Int) throws {
        let probe = try Probe { $0.script(.next, [.status(status), .breaking(.beforeAnswer), .status(status)]) }
        #expect(try probe.invoke("echo") == .text("echo"))
    }
}
