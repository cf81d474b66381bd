import Codecs
import LocalRuntimeAPI
import Platform
import Testing

/// What a function does after its answer and before the next invocation (`RuntimeEnvironment.onResponseSent`).
@Suite struct AfterResponseTests {
    private func requests(_ probe: Probe, ending suffix: String) -> [RecordedRequest] {
        probe.server.requests.filter { $0.path.hasSuffix(suffix) }
    }

    private func lines(_ probe: Probe) -> [String] {
        probe.process.log.split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("after ") || $0.hasPrefix("then ")
        }
    }

    @Test("The caller has the answer before the action ends, and the next invocation comes after it")
    func order() throws {
        let gate = try Gate()
        let probe = try Probe(["PROBE_AFTER_RESPONSE": "0", "PROBE_GATE": gate.folder])
        let events = (0..<2).map { LocalInvocation(payload: Array("event \($0)".utf8)) }
        for event in events { probe.server.enqueue(event) }
        for (index, event) in events.enumerated() {
            let outcome = probe.server.outcome(of: event.requestID, timeoutMilliseconds: Probe.patience)
            #expect(outcome == .response(event.payload))
            #expect(!lines(probe).contains("after \(event.requestID)"), "the action waits for the gate")
            #expect(requests(probe, ending: "/next").count == index + 1)
            gate.open(for: event)
        }
        let last = gate.event
        gate.open(for: last)
        #expect(probe.server.invoke(last, timeoutMilliseconds: Probe.patience) == .response(last.payload))
        #expect(lines(probe).prefix(4) == events.flatMap { ["after \($0.requestID)", "then \($0.requestID)"] }[...])
    }

    @Test("It follows an error report as well, and each invocation is answered once")
    func afterError() throws {
        let probe = try Probe(["PROBE_AFTER_RESPONSE": "1"])
        #expect(try probe.invoke("fail").report?.type == "Function.Refused")
        #expect(try probe.invoke("echo") == .text("echo"))
        try probe.expectAlive()
        #expect(lines(probe).count >= 4)
        #expect(probe.server.requests.filter { $0.method == "POST" }.count == 3)
    }

    @Test("Where Lambda did not take the answer, nothing follows", arguments: [400, 403, 410, 413])
    func refused(status: Int) throws {
        let probe = try Probe(["PROBE_AFTER_RESPONSE": "1"]) { $0.script(.response, [.status(status)]) }
        let event = LocalInvocation(payload: Array("one".utf8))
        probe.server.enqueue(event)
        try probe.expectAlive()
        try probe.expectAlive()
        #expect(!lines(probe).contains { $0.hasSuffix(event.requestID) })
        #expect(lines(probe).count >= 2, "it follows the others")
    }

    @Test("Past the deadline nothing follows")
    func pastDeadline() throws {
        let probe = try Probe(["PROBE_AFTER_RESPONSE": "1"])
        var event = LocalInvocation(payload: Array("echo".utf8))
        event.setHeader("Lambda-Runtime-Deadline-Ms", "1000")
        #expect(probe.server.invoke(event, timeoutMilliseconds: Probe.patience) == .text("echo"))
        // The second of these is taken when all that the first brings has been done.
        try probe.expectAlive()
        try probe.expectAlive()
        #expect(!lines(probe).contains { $0.hasSuffix(event.requestID) })
        #expect(lines(probe).count >= 2, "it follows the others")
    }

    @Test("An action that uses up the time keeps the ones behind it from beginning")
    func timeUsedUp() throws {
        let probe = try Probe(["PROBE_AFTER_RESPONSE": "600"])
        let deadline = SystemClock.now().advanced(byMilliseconds: 500)
        let event = LocalInvocation(payload: Array("echo".utf8), deadline: deadline)
        #expect(probe.server.invoke(event, timeoutMilliseconds: Probe.patience) == .text("echo"))
        try probe.expectAlive()
        #expect(!lines(probe).contains("then \(event.requestID)"))
    }

    @Test("SIGTERM meanwhile: the action ends, the process closes and ends with 0")
    func termination() throws {
        let gate = try Gate()
        let probe = try Probe(["PROBE_AFTER_RESPONSE": "0", "PROBE_GATE": gate.folder])
        let event = LocalInvocation(payload: Array("echo".utf8))
        #expect(probe.server.invoke(event, timeoutMilliseconds: Probe.patience) == .text("echo"))
        try gate.waitForArrival(of: event, at: probe)
        probe.process.signal(SIGTERM)
        gate.open(for: event)
        #expect(probe.process.wait(timeoutMilliseconds: Probe.patience) == 0)
        #expect(lines(probe).contains("after \(event.requestID)"))
        #expect(probe.process.log.contains("closed"))
        #expect(requests(probe, ending: "/next").count == 1)
    }
}
