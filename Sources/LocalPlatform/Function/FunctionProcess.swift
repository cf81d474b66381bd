internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// One environment of a function: a Runtime API of its own and the process that asks it for invocations.
///
/// The process starts with the first invocation and stays warm for the next ones; after a timeout or a crash the
/// next invocation starts another.
package final class FunctionProcess {
    private let function: TemplateFunction
    private let executable: String
    private let database: DatabaseVariables
    private let aws: LocalAWS?
    private let log: @Sendable (String) -> Void
    private var environment: ExecutionEnvironment?

    /// - Parameters:
    ///   - database: where its database is.
    ///   - aws: plays the services that it calls; nil leaves it without any.
    ///   - log: gets each line: Lambda's own (START, END, REPORT) and the function's.
    package init(
        _ function: TemplateFunction, executable: String, database: DatabaseVariables, aws: LocalAWS? = nil,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.function = function
        self.executable = executable
        self.database = database
        self.aws = aws
        self.log = log
    }

    deinit { stop() }

    /// Asks the process to end (SIGTERM), as Lambda does before it takes an environment away.
    package func stop() {
        guard let environment else { return }
        _ = environment.child.stop(graceMilliseconds: 1_000)
        end(environment)
    }

    /// Hands the event to the function and waits for its end, its crash or its timeout.
    package func invoke(_ payload: [UInt8]) throws(LocalError) -> InvocationResult {
        var invocation = LocalInvocation(payload: payload, functionARN: function.arn)
        let report = InvocationReport(
            requestID: invocation.requestID, durationMicroseconds: 0, initMicroseconds: nil,
            memoryMegabytes: function.memoryMegabytes, peakMemoryBytes: 0)
        let coldStart = environment == nil ? try start() : nil
        guard let environment else { throw LocalError(.software, "The function's process is gone.") }
        log(report.startLine)
        if let coldStart, let failure = coldStart.failure {
            return conclude(report, environment, failure, since: coldStart.startedAt, initialisation: nil)
        }
        let startedAt = Self.microseconds()
        let deadline = SystemClock.now().advanced(byMilliseconds: Int64(function.timeoutSeconds) * 1000)
        invocation.setHeader("Lambda-Runtime-Deadline-Ms", String(deadline.millisecondsSince1970))
        environment.server.enqueue(invocation)
        let ending = try environment.awaitEnding(of: invocation.requestID, since: startedAt)
        if case .outcome = ending, let failure = try environment.awaitIdleness(since: startedAt) {
            return concludeAfterOutcome(
                report, environment, ending, failure, since: startedAt, initialisation: coldStart?.microseconds)
        }
        return conclude(report, environment, ending, since: startedAt, initialisation: coldStart?.microseconds)
    }

    /// The caller has its answer already; the environment is taken away, and the log says why.
    private func concludeAfterOutcome(
        _ draft: InvocationReport, _ environment: ExecutionEnvironment, _ ending: ExecutionEnvironment.Ending,
        _ failure: SandboxFailure,
        since start: Int64, initialisation: Int64?
    ) -> InvocationResult {
        let result = conclude(draft, environment, ending, since: start, initialisation: initialisation) {
            self.log("\(RFC3339.format(SystemClock.now())) \(draft.requestID) \(failure.message)")
            $0.status = failure.status
        }
        var report = result.report
        remove(environment, &report)
        return InvocationResult(outcome: result.outcome, report: report)
    }

    private struct ColdStart {
        let startedAt: Int64
        let microseconds: Int64
        let failure: ExecutionEnvironment.Ending?
    }

    private func start() throws(LocalError) -> ColdStart {
        let startedAt = Self.microseconds()
        let started = try ExecutionEnvironment.start(
            function, executable: executable, database: database, endpoint: try aws?.endpoint(for: function.name),
            log: log)
        environment = started
        let failure = try started.awaitReadiness()
        return ColdStart(startedAt: startedAt, microseconds: Self.microseconds() - startedAt, failure: failure)
    }

    private func conclude(
        _ draft: InvocationReport, _ environment: ExecutionEnvironment, _ ending: ExecutionEnvironment.Ending,
        since start: Int64,
        initialisation: Int64?, remark: (inout InvocationReport) -> Void = { _ in }
    ) -> InvocationResult {
        var report = draft
        report.durationMicroseconds = Self.microseconds() - start
        report.initMicroseconds = initialisation
        report.peakMemoryBytes = environment.child.peakMemory() ?? 0
        environment.pipe.drain()
        let outcome = outcome(of: ending, &report, environment)
        remark(&report)
        log(report.endLine)
        log(report.reportLine)
        return InvocationResult(outcome: outcome, report: report)
    }

    /// What the caller gets; an environment that cannot go on is taken away.
    private func outcome(
        of ending: ExecutionEnvironment.Ending, _ report: inout InvocationReport, _ environment: ExecutionEnvironment
    ) -> InvocationResult.Outcome {
        switch ending {
        case .outcome(.response(let body)): return .response(body)
        case .outcome(.failure(let error)): return .failure(error.bodyForCaller)
        case .outcome(.tooLarge): return failure(.tooLarge, &report)
        case .outcome(.abandoned(let reason)):
            return failure(SandboxFailure(type: "Sandbox.Failure", message: reason, status: "error"), &report)
        case .initializationError(let error):
            report.status = "error"
            remove(environment, &report)
            return .failure(error.bodyForCaller)
        case .sandbox(let failure):
            remove(environment, &report)
            log("\(RFC3339.format(SystemClock.now())) \(report.requestID) \(failure.message)")
            return self.failure(failure, &report)
        }
    }

    private func failure(_ failure: SandboxFailure, _ report: inout InvocationReport) -> InvocationResult.Outcome {
        report.status = failure.status
        return .failure(failure.body(requestID: report.requestID))
    }

    private func remove(_ environment: ExecutionEnvironment, _ report: inout InvocationReport) {
        environment.child.signal(SIGKILL)
        let ending = environment.child.wait()
        if report.peakMemoryBytes == 0 { report.peakMemoryBytes = ending.peakMemory }
        end(environment)
    }

    private func end(_ environment: ExecutionEnvironment) {
        environment.end()
        self.environment = nil
    }

    private static func microseconds() -> Int64 { ExecutionEnvironment.microseconds() }
}
