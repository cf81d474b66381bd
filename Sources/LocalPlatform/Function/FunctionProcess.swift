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
    private let checkpoint: Checkpoint
    private let started: @Sendable (_ process: Int32) -> Void
    private var environment: ExecutionEnvironment?

    /// Asked now and then while the function works; throws to give the invocation up.
    package typealias Checkpoint = @Sendable () throws(LocalError) -> Void

    /// How many processes are started for one invocation, where they end before they have taken it.
    private static let maximumStarts = 3

    /// - Parameters:
    ///   - database: where its database is.
    ///   - aws: plays the services that it calls; nil leaves it without any.
    ///   - checkpoint: by default, the interrupt key.
    ///   - started: told the identifier of each process that is started.
    ///   - log: gets each line: Lambda's own (START, END, REPORT) and the function's.
    package init(
        _ function: TemplateFunction, executable: String, database: DatabaseVariables, aws: LocalAWS? = nil,
        checkpoint: @escaping Checkpoint = { () throws(LocalError) in try Interruption.check() },
        started: @escaping @Sendable (_ process: Int32) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void
    ) {
        self.function = function
        self.executable = executable
        self.database = database
        self.aws = aws
        self.checkpoint = checkpoint
        self.started = started
        self.log = log
    }

    deinit { stop(graceMilliseconds: 1_000) }

    /// Asks the process to end (SIGTERM), as Lambda does before it takes an environment away, and ends it after that time.
    package func stop(graceMilliseconds: Int = 1_000) {
        guard let environment else { return }
        _ = environment.child.stop(graceMilliseconds: graceMilliseconds)
        end(environment)
    }

    /// Takes away what is left of a process that has ended by itself.
    package func removeIfEnded() {
        if let environment, environment.child.poll() != nil { end(environment) }
    }

    /// Identifier of the process; nil where none runs.
    package var processIdentifier: Int32? { environment?.child.identifier }

    /// Hands the event to the function and waits for its end, its crash or its timeout.
    ///
    /// - Parameters:
    ///   - fault: what shall go wrong, if anything.
    ///   - answered: told how it ended as soon as that is known, while the function may still publish its events; what it
    ///     is told of has no final report.
    package func invoke(
        _ payload: [UInt8], fault: FunctionFault? = nil, answered: (InvocationResult) -> Void = { _ in }
    ) throws(LocalError) -> InvocationResult {
        removeIfEnded()
        var invocation = LocalInvocation(payload: payload, functionARN: function.invokedARN)
        let report = InvocationReport(
            requestID: invocation.requestID, durationMicroseconds: 0, initMicroseconds: nil,
            memoryMegabytes: function.memoryMegabytes, peakMemoryBytes: 0)
        for number in 1...Self.maximumStarts {
            if let result = try attempt(number, &invocation, report, fault, answered) { return result }
        }
        throw LocalError(.software, "The function's process is gone.")
    }

    /// Nil where the process ended before it had taken the event, so that another one can have it.
    private func attempt(
        _ number: Int, _ invocation: inout LocalInvocation, _ report: InvocationReport, _ fault: FunctionFault?,
        _ answered: (InvocationResult) -> Void
    ) throws(LocalError) -> InvocationResult? {
        let coldStart = environment == nil ? try start() : nil
        guard let environment else { throw LocalError(.software, "The function's process is gone.") }
        if number == 1 { log(report.startLine) }
        if let coldStart, let failure = coldStart.failure {
            return conclude(report, environment, failure, since: coldStart.startedAt, initialisation: nil)
        }
        let startedAt = Self.microseconds()
        let deadline = SystemClock.now().advanced(byMilliseconds: Int64(function.timeoutSeconds) * 1000)
        invocation.setHeader("Lambda-Runtime-Deadline-Ms", String(deadline.millisecondsSince1970))
        fault?.prepare(environment, invocation.requestID)
        environment.server.enqueue(invocation)
        let ending = try environment.awaitEnding(
            of: invocation.requestID, since: startedAt, interjection: fault?.interjection(), checkpoint)
        if number < Self.maximumStarts, case .sandbox = ending, !environment.server.isDelivered(invocation.requestID) {
            end(environment)
            return nil
        }
        if case .outcome(let outcome) = ending {
            answered(InvocationResult(outcome: Self.outcome(of: outcome, report), report: report))
            if let failure = try environment.awaitIdleness(since: startedAt, checkpoint) {
                return concludeAfterOutcome(
                    report, environment, ending, failure, since: startedAt, initialisation: coldStart?.microseconds)
            }
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
        let made = try ExecutionEnvironment.start(
            function, executable: executable, database: database, endpoint: try aws?.endpoint(for: function.name),
            log: log)
        environment = made
        started(made.child.identifier)
        let failure = try made.awaitReadiness(checkpoint)
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
        case .outcome(let outcome):
            report.status = Self.failure(of: outcome)?.status
            return Self.outcome(of: outcome, report)
        case .initializationError(let error):
            report.status = "error"
            remove(environment, &report)
            return .failure(error.bodyForCaller)
        case .sandbox(let failure):
            remove(environment, &report)
            log("\(RFC3339.format(SystemClock.now())) \(report.requestID) \(failure.message)")
            report.status = failure.status
            return .failure(failure.body(requestID: report.requestID))
        }
    }

    private static func outcome(
        of outcome: InvocationOutcome, _ report: InvocationReport
    ) -> InvocationResult.Outcome {
        switch outcome {
        case .response(let body): .response(body)
        case .failure(let error): .failure(error.bodyForCaller)
        case .tooLarge, .abandoned:
            .failure(failure(of: outcome)?.body(requestID: report.requestID) ?? [])
        }
    }

    /// What Lambda itself finds wrong with an outcome, if anything.
    private static func failure(of outcome: InvocationOutcome) -> SandboxFailure? {
        switch outcome {
        case .response, .failure: nil
        case .tooLarge: .tooLarge
        case .abandoned(let reason): SandboxFailure(type: "Sandbox.Failure", message: reason, status: "error")
        }
    }

    private func remove(_ environment: ExecutionEnvironment, _ report: inout InvocationReport) {
        environment.child.signal(SIGKILL)
        let ending = environment.child.wait()
        if report.peakMemoryBytes == 0 { report.peakMemoryBytes = ending.peakMemory }
        end(environment)
    }

    private func end(_ environment: ExecutionEnvironment) {
        if environment.child.poll() == nil {
            environment.child.signal(SIGKILL)
            _ = environment.child.wait()
        }
        environment.close()
        self.environment = nil
    }

    private static func microseconds() -> Int64 { ExecutionEnvironment.microseconds() }
}
