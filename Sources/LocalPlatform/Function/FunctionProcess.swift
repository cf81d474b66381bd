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
    private let database: [String: String]
    private let log: @Sendable (String) -> Void
    private var environment: Environment?

    private struct Environment {
        let server: LocalRuntimeServer
        let child: ChildProcess
        let pipe: LogPipe
    }

    /// Lambda's limit for the start of an environment.
    private static let initializationLimit: Int64 = 10_000_000

    /// - Parameters:
    ///   - database: the `PG*` variables.
    ///   - log: gets each line: Lambda's own (START, END, REPORT) and the function's.
    package init(
        _ function: TemplateFunction, executable: String, database: [String: String],
        log: @escaping @Sendable (String) -> Void
    ) {
        self.function = function
        self.executable = executable
        self.database = database
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
        let ending = try wait(for: invocation.requestID, in: environment, since: startedAt)
        return conclude(report, environment, ending, since: startedAt, initialisation: coldStart?.microseconds)
    }

    private enum Ending {
        case outcome(InvocationOutcome)
        case initializationError(ErrorReport)
        case sandbox(SandboxFailure)
    }

    private struct ColdStart {
        let startedAt: Int64
        let microseconds: Int64
        let failure: Ending?
    }

    private func start() throws(LocalError) -> ColdStart {
        let server: LocalRuntimeServer
        do throws(LocalRuntimeError) {
            server = try LocalRuntimeServer()
        } catch {
            throw LocalError(.unavailable, "Cannot serve the Runtime API on loopback: \(error).")
        }
        let folder = Files.parent(of: executable)
        let variables = FunctionEnvironment.variables(
            for: function, runtimeAPI: server.address, taskRoot: folder, database: database)
        let startedAt = Self.microseconds()
        let child = try ChildProcess(executable, environment: variables, folder: folder)
        let pipe = LogPipe(child.output, sink: log)
        guard let thread = SystemThread.start({ pipe.follow() }) else {
            throw LocalError(.software, "Cannot start a thread.")
        }
        thread.detach()
        let started = Environment(server: server, child: child, pipe: pipe)
        environment = started
        let failure = try awaitReadiness(of: started, since: startedAt)
        return ColdStart(startedAt: startedAt, microseconds: Self.microseconds() - startedAt, failure: failure)
    }

    /// Waits until the process asks for its first invocation; what went wrong if it does not.
    private func awaitReadiness(of environment: Environment, since start: Int64) throws(LocalError) -> Ending? {
        while Self.microseconds() - start < Self.initializationLimit {
            try Interruption.check()
            let ended = environment.child.poll()
            switch environment.server.waitUntilReady(timeoutMilliseconds: ended == nil ? 20 : 0) {
            case .ready: return nil
            case .failed(let report): return .initializationError(report)
            case nil: if let ended { return .sandbox(.exit(ended)) }
            }
        }
        return .sandbox(.initializationTimeout)
    }

    private func wait(
        for requestID: String, in environment: Environment, since start: Int64
    ) throws(LocalError) -> Ending {
        let limit = Int64(function.timeoutSeconds) * 1_000_000
        while true {
            try Interruption.check()
            let left = limit - (Self.microseconds() - start)
            let ended = environment.child.poll()
            let slice = ended == nil ? max(0, min(20, (left + 999) / 1000)) : 0
            if let outcome = environment.server.outcome(of: requestID, timeoutMilliseconds: slice) {
                return .outcome(outcome)
            }
            if let ended { return .sandbox(.exit(ended)) }
            if left <= 0 { return .sandbox(.timeout(seconds: function.timeoutSeconds)) }
        }
    }

    private func conclude(
        _ draft: InvocationReport, _ environment: Environment, _ ending: Ending, since start: Int64,
        initialisation: Int64?
    ) -> InvocationResult {
        var report = draft
        report.durationMicroseconds = Self.microseconds() - start
        report.initMicroseconds = initialisation
        report.peakMemoryBytes = environment.child.peakMemory() ?? 0
        environment.pipe.drain()
        let outcome = outcome(of: ending, &report, environment)
        log(report.endLine)
        log(report.reportLine)
        return InvocationResult(outcome: outcome, report: report)
    }

    /// What the caller gets; an environment that cannot go on is taken away.
    private func outcome(
        of ending: Ending, _ report: inout InvocationReport, _ environment: Environment
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

    private func remove(_ environment: Environment, _ report: inout InvocationReport) {
        environment.child.signal(SIGKILL)
        let ending = environment.child.wait()
        if report.peakMemoryBytes == 0 { report.peakMemoryBytes = ending.peakMemory }
        end(environment)
    }

    private func end(_ environment: Environment) {
        environment.pipe.end()
        environment.server.stop()
        self.environment = nil
    }

    private static func microseconds() -> Int64 {
        SystemClock.monotonicNanoseconds() / 1000
    }
}
