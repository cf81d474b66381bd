internal import LocalPlatform
internal import Platform
internal import Synchronization
import TestSupport
import Testing

/// Collects log lines from several threads.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

@Suite("A function's process")
struct FunctionProcessTests {
    private func invoke(
        _ script: ScriptedFunction, timeoutSeconds: Int = 10, times: Int = 1
    ) throws -> (results: [InvocationResult], lines: [String]) {
        defer { script.remove() }
        let lines = Lines()
        let process = FunctionProcess(
            try ScriptedFunction.definition(timeoutSeconds: timeoutSeconds), executable: script.path,
            database: DatabaseVariables(["PGHOST": "/socket", "PGUSER": "somebody"]), log: { lines.append($0) })
        defer { process.stop() }
        var results: [InvocationResult] = []
        for _ in 0..<times { results.append(try process.invoke(Array(#"{"n":1}"#.utf8))) }
        return (results, lines.all)
    }

    private func text(_ result: InvocationResult?) -> String {
        switch result?.outcome {
        case .response(let bytes), .failure(let bytes): String(decoding: bytes, as: UTF8.self)
        case nil: ""
        }
    }

    @Test("Gets the event, answers, and its lines stand between START and END")
    func answers() throws {
        let script = try ScriptedFunction(handle: #"echo "saw $event" >&2; printf '{"ok":true}'"#)
        let (results, lines) = try invoke(script)
        #expect(text(results.first) == #"{"ok":true}"#)
        #expect(results.first?.isFailure == false)
        try #require(lines.count == 4)
        #expect(lines[0].hasPrefix("START RequestId: "))
        #expect(lines[1] == #"saw {"n":1}"#)
        #expect(lines[2].hasPrefix("END RequestId: "))
        #expect(
            lines[3].contains(
                /^REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms$/
            ))
    }

    @Test("Stays warm: one start for several invocations")
    func staysWarm() throws {
        let script = try ScriptedFunction(start: "echo started", handle: "printf $$")
        let (results, lines) = try invoke(script, times: 3)
        #expect(Set(results.map { text($0) }).count == 1)
        #expect(lines.filter { $0 == "started" }.count == 1)
        #expect(results.map { $0.report.initMicroseconds == nil } == [false, true, true])
    }

    @Test("Gets Lambda's variables, the template's and the database's, and none of the developer's")
    func environment() throws {
        let script = try ScriptedFunction(
            handle:
                "env | cut -d= -f1 | sort | tr '\\n' ' '; echo; env | grep -E '^(PG|GREET|TZ|_HANDLER|AWS_LAMBDA_FUNCTION)' | sort"
        )
        let result = text(try invoke(script).results.first)
        let names = Set((result.split(separator: "\n").first ?? "").split(separator: " ").map(String.init))
        // What bash itself adds.
        #expect(
            names.subtracting(["_", "PWD", "SHLVL", "OLDPWD"]) == [
                "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
                "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_LEVEL",
                "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN", "GREETING", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "PATH", "PGHOST",
                "PGUSER", "TZ", "_HANDLER",
            ])
        for line in [
            "PGHOST=/socket", "GREETING=hello", "TZ=:UTC", "_HANDLER=bootstrap", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
            "AWS_LAMBDA_FUNCTION_NAME=nerdwork-scripted",
        ] {
            #expect(result.contains(line + "\n") || result.hasSuffix(line), "\(line)")
        }
    }

    @Test("Is waited for until it asks for its next invocation: what it does after its response belongs to this one")
    func worksAfterResponse() throws {
        let marker = "/tmp/nerdwork-after-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { _ = unsafe unlink(marker) }
        let script = try ScriptedFunction(
            handle: "printf '{}'", afterwards: "sleep 0.3; echo late >&2; touch \(marker)")
        let (results, lines) = try invoke(script)
        #expect(text(results.first) == "{}")
        #expect(unsafe access(marker, F_OK) == 0)
        let late = try #require(lines.firstIndex(of: "late"))
        #expect(lines[late + 1].hasPrefix("END RequestId: "))
        #expect((results.first?.report.durationMicroseconds ?? 0) >= 300_000)
    }

    @Test("That dies after its response has answered; the next invocation starts another")
    func diesAfterResponse() throws {
        let script = try ScriptedFunction(start: "echo started", handle: "printf '{\"ok\":true}'", afterwards: "exit 3")
        let (results, lines) = try invoke(script, times: 2)
        #expect(results.map { text($0) } == [#"{"ok":true}"#, #"{"ok":true}"#])
        #expect(results.allSatisfy { !$0.isFailure })
        #expect(lines.filter { $0 == "started" }.count == 2)
        #expect(lines.contains { $0.hasSuffix("Runtime exited with error: exit status 3") }, "\(lines)")
    }

    @Test("That does not come back after its response is killed when its time is up")
    func hangsAfterResponse() throws {
        let script = try ScriptedFunction(handle: "printf '{}'", afterwards: "exec sleep 60")
        let (results, lines) = try invoke(script, timeoutSeconds: 1)
        #expect(text(results.first) == "{}")
        #expect(results.first?.report.status == "timeout")
        #expect(lines.contains { $0.hasSuffix("Task timed out after 1.00 seconds") })
    }

    @Test("Is killed when its time is up, with Lambda's words; the next invocation starts another")
    func timeout() throws {
        let script = try ScriptedFunction(handle: "exec sleep 60")
        let (results, lines) = try invoke(script, timeoutSeconds: 1, times: 2)
        for result in results {
            #expect(result.isFailure)
            #expect(text(result).contains("Task timed out after 1.00 seconds"))
            #expect(text(result).contains(#""errorType":"Sandbox.Timedout""#))
            #expect(result.report.status == "timeout")
            #expect(result.report.initMicroseconds != nil)
        }
        #expect(lines.contains { $0.hasSuffix("Task timed out after 1.00 seconds") })
    }

    @Test("That crashes is Runtime.ExitError with the signal")
    func crash() throws {
        let script = try ScriptedFunction(handle: "kill -ILL $$; sleep 10")
        let result = try invoke(script).results.first
        #expect(text(result).contains("Runtime exited with error: signal: illegal instruction"))
        #expect(text(result).contains(#""errorType":"Runtime.ExitError""#))
    }

    @Test("That ends before its first invocation is reported, and not waited for")
    func exitsAtStart() throws {
        let script = try ScriptedFunction(start: "exit 7", handle: "true")
        let result = try invoke(script).results.first
        #expect(text(result).contains("Runtime exited with error: exit status 7"))
    }

    @Test("That reports an initialisation error passes it on")
    func initializationError() throws {
        let report = #"{"errorType":"Function.ConfigurationError","errorMessage":"PGHOST is not set"}"#
        let script = try ScriptedFunction(start: "request POST /init/error '\(report)'; exit 1", handle: "true")
        let result = try invoke(script).results.first
        #expect(text(result) == report)
        #expect(result?.isFailure == true)
    }
}
