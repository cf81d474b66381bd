internal import LocalRuntimeAPI
internal import Platform

/// One running process of a function, with the Runtime API and the AWS endpoint that are its alone.
struct ExecutionEnvironment {
    let server: LocalRuntimeServer
    let child: ChildProcess
    let pipe: LogPipe
    private let endpoint: AWSEndpoint?
    private let timeoutSeconds: Int
    private let startedAt: Int64

    /// Lambda's limit for the start of an environment, in microseconds.
    private static let initializationLimit: Int64 = 10_000_000

    /// How an invocation or a start ended.
    enum Ending {
        case outcome(InvocationOutcome)
        case initializationError(ErrorReport)
        case sandbox(SandboxFailure)
    }

    /// Starts the process; nobody has waited for it yet.
    static func start(
        _ function: TemplateFunction, executable: String, database: DatabaseVariables, endpoint: AWSEndpoint?,
        log: @escaping @Sendable (String) -> Void
    ) throws(LocalError) -> ExecutionEnvironment {
        let server: LocalRuntimeServer
        do throws(LocalRuntimeError) {
            server = try LocalRuntimeServer()
        } catch {
            throw LocalError(.unavailable, "Cannot serve the Runtime API on loopback: \(error).")
        }
        let folder = Files.parent(of: executable)
        let access = if let endpoint { endpoint.access } else { try AWSAccess.withoutServices() }
        let variables = FunctionEnvironment.variables(
            for: function, runtimeAPI: server.address, taskRoot: folder, database: database,
            access: access)
        let startedAt = microseconds()
        let child = try ChildProcess(executable, environment: variables, folder: folder)
        let pipe = LogPipe(child.output, sink: log)
        guard let thread = SystemThread.start({ pipe.follow() }) else {
            throw LocalError(.software, "Cannot start a thread.")
        }
        thread.detach()
        return ExecutionEnvironment(
            server: server, child: child, pipe: pipe, endpoint: endpoint, timeoutSeconds: function.timeoutSeconds,
            startedAt: startedAt)
    }

    /// Waits until the process asks for its first invocation; what went wrong if it does not.
    func awaitReadiness() throws(LocalError) -> Ending? {
        while Self.microseconds() - startedAt < Self.initializationLimit {
            try Interruption.check()
            let ended = child.poll()
            switch server.waitUntilReady(timeoutMilliseconds: ended == nil ? 20 : 0) {
            case .ready: return nil
            case .failed(let report): return .initializationError(report)
            case nil: if let ended { return .sandbox(.exit(ended)) }
            }
        }
        return .sandbox(.initializationTimeout)
    }

    /// Waits for the end of an invocation, the process's end or the function's timeout.
    func awaitEnding(of requestID: String, since start: Int64) throws(LocalError) -> Ending {
        while true {
            try Interruption.check()
            let left = timeLeft(since: start)
            let ended = child.poll()
            let slice = ended == nil ? max(0, min(20, (left + 999) / 1000)) : 0
            if let outcome = server.outcome(of: requestID, timeoutMilliseconds: slice) { return .outcome(outcome) }
            if let ended { return .sandbox(.exit(ended)) }
            if left <= 0 { return .sandbox(.timeout(seconds: timeoutSeconds)) }
        }
    }

    /// Waits until the process asks for the next invocation: what it does after its response belongs to this one.
    ///
    /// - Returns: what went wrong after the response, if anything did.
    func awaitIdleness(since start: Int64) throws(LocalError) -> SandboxFailure? {
        while true {
            try Interruption.check()
            let ended = child.poll()
            if server.waitUntilIdle(timeoutMilliseconds: ended == nil ? 5 : 0) { return nil }
            if let ended { return .exit(ended) }
            if timeLeft(since: start) <= 0 { return .timeout(seconds: timeoutSeconds) }
        }
    }

    /// Passes on the last of the log and stops serving; the process must have ended.
    func end() {
        pipe.end()
        server.stop()
        endpoint?.stop()
    }

    private func timeLeft(since start: Int64) -> Int64 {
        Int64(timeoutSeconds) * 1_000_000 - (Self.microseconds() - start)
    }

    static func microseconds() -> Int64 {
        SystemClock.monotonicNanoseconds() / 1000
    }
}
