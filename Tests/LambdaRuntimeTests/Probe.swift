import LambdaRuntime
import LocalRuntimeAPI
import Platform
import Testing

/// A Runtime API server and a process that runs against it.
struct Probe {
    let server: LocalRuntimeServer
    let process: ProbeProcess

    static let patience: Int64 = 30_000

    init(
        _ environment: [String: String] = [:], concurrency: Int = 1, address: String = "ADDRESS",
        script: (LocalRuntimeServer) -> Void = { _ in }
    ) throws {
        server = try LocalRuntimeServer(concurrency: concurrency)
        script(server)
        var variables = [
            "AWS_LAMBDA_RUNTIME_API": Self.fill(address, server.address), "AWS_LAMBDA_FUNCTION_NAME": "probe",
        ]
        if let path = RuntimeEnvironment.variable("LD_LIBRARY_PATH") { variables["LD_LIBRARY_PATH"] = path }
        variables.merge(environment) { $1 }
        process = try ProbeProcess(environment: variables)
    }

    /// Puts the server's address in a template.
    static func fill(_ template: String, _ address: String) -> String {
        template.split(separator: "ADDRESS", omittingEmptySubsequences: false).joined(separator: address)
    }

    /// Sends an event and waits for its outcome.
    func invoke(
        _ text: String, _ change: (inout LocalInvocation) -> Void = { _ in }
    ) throws -> InvocationOutcome {
        try invoke(Array(text.utf8), change)
    }

    func invoke(
        _ payload: [UInt8], _ change: (inout LocalInvocation) -> Void = { _ in }
    ) throws -> InvocationOutcome {
        var invocation = LocalInvocation(payload: payload)
        change(&invocation)
        return try #require(server.invoke(invocation, timeoutMilliseconds: Self.patience), "\(process.log)")
    }

    /// The lines that the event `context` is answered with, as a dictionary.
    func context(_ change: (inout LocalInvocation) -> Void = { _ in }) throws -> [String: String] {
        let outcome = try invoke("context", change)
        guard case .response(let body) = outcome else {
            Issue.record("no response: \(outcome)")
            return [:]
        }
        let lines = String(decoding: body, as: UTF8.self).split(separator: "\n")
        let pairs = lines.map { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Proves that the same process still answers.
    func expectAlive(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        let context = try context()
        #expect(context["process"] == String(process.identifier), sourceLocation: sourceLocation)
    }
}

extension InvocationOutcome {
    /// The report, where the function failed.
    var report: ErrorReport? {
        if case .failure(let report) = self { return report }
        return nil
    }

    static func text(_ text: String) -> InvocationOutcome {
        .response(Array(text.utf8))
    }
}
