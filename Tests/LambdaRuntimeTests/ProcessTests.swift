import Foundation
import LambdaRuntime
import LocalRuntimeAPI
import Platform
import Testing

/// The life of the process: the cases 22, 25, 26, 28 and 29, crashes and configuration.
@Suite struct ProcessTests {
    @Test("22: frozen while it waits, thawed after the server has dropped its connection and got an event")
    func frozenInNext() throws {
        let probe = try Probe()
        try probe.expectAlive()
        probe.process.signal(SIGSTOP)
        probe.server.resetConnections()
        let event = LocalInvocation(payload: Array("thawed".utf8))
        probe.server.enqueue(event)
        pause(milliseconds: TestVariables.freezeSeconds * 1000)
        probe.process.signal(SIGCONT)
        #expect(probe.server.outcome(of: event.requestID, timeoutMilliseconds: Probe.patience) == .text("thawed"))
        try probe.expectAlive()
    }

    @Test("22: frozen while it works, thawed after the deadline")
    func frozenInHandler() throws {
        let probe = try Probe()
        let gate = try Gate()
        let event = gate.event
        probe.server.enqueue(event)
        try gate.waitForArrival(of: event, at: probe)
        probe.process.signal(SIGSTOP)
        probe.server.abandon(event.requestID, reason: "timeout")
        probe.server.resetConnections()
        gate.open(for: event)
        pause(milliseconds: TestVariables.freezeSeconds * 1000)
        probe.process.signal(SIGCONT)
        try probe.expectAlive()
    }

    @Test("25: a failed initialisation is posted, and the process ends at once")
    func initializationError() throws {
        let probe = try Probe(["PROBE_INITIALIZATION": "fails"])
        let readiness = probe.server.waitUntilReady(timeoutMilliseconds: Probe.patience)
        let posted = SystemClock.monotonicNanoseconds()
        #expect(probe.process.wait(timeoutMilliseconds: Probe.patience) == 1)
        // A few milliseconds on a machine of its own; tests share theirs. A retry or a time limit would take longer.
        #expect(SystemClock.monotonicNanoseconds() - posted < 20_000_000_000)
        guard case .failed(let report) = readiness else {
            Issue.record("no report: \(String(describing: readiness))")
            return
        }
        #expect(report.type == "Function.ConfigurationError")
        #expect(String(decoding: report.body, as: UTF8.self).contains("PROBE_VARIABLE is not set"))
        #expect(probe.process.log.contains("PROBE_VARIABLE is not set"))
        #expect(!probe.server.requests.contains { $0.path.hasSuffix("/next") })
    }

    @Test("26: memory stays flat over many invocations")
    func memory() throws {
        let probe = try Probe()
        probe.server.setRecording(false)
        func run(_ count: Int) throws {
            for number in 0..<count {
                // Every id and trace is new: what keeps them grows.
                let outcome = try probe.invoke("event \(number)") {
                    $0.setHeader("Lambda-Runtime-Trace-Id", "Root=1-\(number);Sampled=0")
                    $0.setHeader("Lambda-Runtime-Invocation-Id", "delivery-\(number)")
                }
                #expect(outcome == .text("event \(number)"))
            }
        }
        try run(TestVariables.invocations / 10)
        let before = probe.process.residentKilobytes
        try run(TestVariables.invocations)
        let after = probe.process.residentKilobytes
        #expect(before > 0)
        #expect(after - before < 512, "\(before) KiB, then \(after) KiB")
    }

    @Test("28: with AWS_LAMBDA_MAX_CONCURRENCY=4 four invocations run at a time")
    func concurrency() throws {
        let probe = try Probe(["AWS_LAMBDA_MAX_CONCURRENCY": "4", "_X_AMZN_TRACE_ID": "kept"], concurrency: 4)
        let events = (0..<4).map { _ in LocalInvocation(payload: Array("meet 4".utf8)) }
        for event in events { probe.server.enqueue(event) }
        for event in events {
            let outcome = probe.server.outcome(of: event.requestID, timeoutMilliseconds: Probe.patience)
            #expect(outcome == .response(event.payload))
        }
        // The environment belongs to all threads: it is left alone.
        #expect(try probe.context()["traceVariable"] == "kept")
    }

    @Test("28: the failure of one of four initialisations ends the process")
    func concurrentInitializationError() throws {
        let probe = try Probe(
            ["AWS_LAMBDA_MAX_CONCURRENCY": "4", "PROBE_INITIALIZATION": "fails"], concurrency: 4)
        #expect(probe.process.wait(timeoutMilliseconds: Probe.patience) == 1)
        let reports = probe.server.requests.filter { $0.path.hasSuffix("/init/error") }
        #expect((1...4).contains(reports.count))
    }

    @Test("28: SIGTERM ends four waiting loops in good order")
    func concurrentTermination() throws {
        let probe = try Probe(["AWS_LAMBDA_MAX_CONCURRENCY": "4"], concurrency: 4)
        _ = try probe.context()
        pause(milliseconds: 200)
        probe.process.signal(SIGTERM)
        #expect(probe.process.wait(timeoutMilliseconds: Probe.patience) == 0)
        #expect(probe.process.log.split(separator: "\n").filter { $0 == "closed" }.count == 4)
    }

    @Test("29: with the extension registered, SIGTERM while waiting closes and ends with 0")
    func terminationWithExtension() throws {
        let probe = try Probe(["NERDWORK_GRACEFUL_SHUTDOWN": "true"])
        try probe.expectAlive()
        let waits = probe.server.waitForRequest(timeoutMilliseconds: Probe.patience) {
            $0.path == "/2020-01-01/extension/event/next" && $0.header("Lambda-Extension-Identifier") != nil
        }
        #expect(waits != nil)
        let first = try #require(probe.server.requests.first)
        #expect(first.path == "/2020-01-01/extension/register", "registration comes before the first next")
        #expect(first.header("Lambda-Extension-Name")?.isEmpty == false)
        #expect(String(decoding: first.body, as: UTF8.self) == #"{"events":[]}"#)
        probe.process.signal(SIGTERM)
        #expect(probe.process.wait(timeoutMilliseconds: Probe.patience) == 0)
        #expect(probe.process.log.contains("closed"))
    }

    @Test("29: SIGTERM during an invocation lets it finish", arguments: [true, false])
    func terminationWhileWorking(registers: Bool) throws {
        let probe = try Probe(["NERDWORK_GRACEFUL_SHUTDOWN": registers ? "true" : "false"])
        let gate = try Gate()
        let event = gate.event
        probe.server.enqueue(event)
        try gate.waitForArrival(of: event, at: probe)
        probe.process.signal(SIGTERM)
        gate.open(for: event)
        let outcome = probe.server.outcome(of: event.requestID, timeoutMilliseconds: Probe.patience)
        #expect(outcome == .response(event.payload))
        #expect(probe.process.wait(timeoutMilliseconds: Probe.patience) == 0)
        #expect(probe.process.log.contains("closed"))
        let extensionCalls = probe.server.requests.filter { $0.path.contains("/extension/") }
        #expect(extensionCalls.isEmpty == !registers)
    }

    @Test("A crash leaves one JSON line with the request id, and dies of its signal")
    func crash() throws {
        // As in Lambda, where Swift's own backtracer is not installed: where it is, its report is left to speak.
        let probe = try Probe(["SWIFT_BACKTRACE": "enable=no"])
        let event = LocalInvocation(payload: Array("crash 0".utf8))
        probe.server.enqueue(event)
        let status = try #require(probe.process.wait(timeoutMilliseconds: Probe.patience))
        #expect([-SIGILL, -SIGTRAP].contains(status))
        let line = try #require(probe.process.log.split(separator: "\n").last { $0.hasPrefix("{") })
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["requestId"] as? String == event.requestID)
        #expect(object["level"] as? String == "FATAL")
        let time = try #require(object["timestamp"] as? String)
        let date = try Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        #expect(abs(date.timeIntervalSinceNow) < 60)
    }

    @Test("Without a usable Runtime API the process says so and ends with 78", arguments: ["", "two words", "http://"])
    func noAddress(address: String) throws {
        let process = try ProbeProcess(environment: [
            "AWS_LAMBDA_RUNTIME_API": address,
            "LD_LIBRARY_PATH": RuntimeEnvironment.variable("LD_LIBRARY_PATH") ?? "",
        ])
        #expect(process.wait(timeoutMilliseconds: Probe.patience) == 78)
        #expect(process.log.contains("AWS_LAMBDA_RUNTIME_API"))
    }
}
