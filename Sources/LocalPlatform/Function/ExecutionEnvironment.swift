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
    /// How often the checkpoint is asked meanwhile, in milliseconds; the process's end is noticed at once.
    private static let slice: Int64 = 50

    /// Asked now and then by what waits; throws to end the wait.
    typealias Checkpoint = () throws(LocalError) -> Void

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
        server.setRecording(false)
        let folder = Files.parent(of: executable)
        let access = if let endpoint { endpoint.access } else { try AWSAccess.withoutServices() }
        let variables = FunctionEnvironment.variables(
            for: function, runtimeAPI: server.address, taskRoot: folder, database: database,
            access: access)
        let startedAt = microseconds()
        let child = try ChildProcess(executable, environment: variables, folder: folder)
        let pipe = LogPipe(child.output, sink: log)
        guard let thread = SystemThread.start({ pipe.follow { server.wake() } }) else {
            throw LocalError(.software, "Cannot start a thread.")
        }
        thread.detach()
        return ExecutionEnvironment(
            server: server, child: child, pipe: pipe, endpoint: endpoint, timeoutSeconds: function.timeoutSeconds,
            startedAt: startedAt)
    }

    /// Waits until the process asks for its first invocation; what went wrong if it does not.
    func awaitReadiness(_ checkpoint: Checkpoint) throws(LocalError) -> Ending? {
        while Self.microseconds() - startedAt < Self.initializationLimit {
            try checkpoint()
            switch server.waitUntilReady(timeoutMilliseconds: Self.slice, unless: { pipe.isClosed }) {
            case .ready: return nil
            case .failed(let report): return .initializationError(report)
            case nil: if let ended = end() { return .sandbox(.exit(ended)) }
            }
        }
        return .sandbox(.initializationTimeout)
    }

    /// Waits for the end of an invocation, the process's end or the function's timeout.
    ///
    /// - Parameter interjection: a signal for the process meanwhile.
    func awaitEnding(
        of requestID: String, since start: Int64, interjection: FunctionFault.Interjection? = nil,
        _ checkpoint: Checkpoint
    ) throws(LocalError) -> Ending {
        if let interjection, server.waitUntilDelivered(requestID, timeoutMilliseconds: 1_000) {
            let milliseconds = interjection.delayMicroseconds / 1000
            if let outcome = server.outcome(of: requestID, timeoutMilliseconds: milliseconds) {
                return .outcome(outcome)
            }
            child.signal(interjection.signal)
        }
        while true {
            try checkpoint()
            let left = timeLeft(since: start)
            let slice = max(0, min(Self.slice, (left + 999) / 1000))
            if let outcome = server.outcome(of: requestID, timeoutMilliseconds: slice, unless: { pipe.isClosed }) {
                return .outcome(outcome)
            }
            if let ended = end() { return .sandbox(.exit(ended)) }
            if left <= 0 { return .sandbox(.timeout(seconds: timeoutSeconds)) }
        }
    }

    /// Waits until the process asks for the next invocation: what it does after its response belongs to this one.
    ///
    /// - Returns: what went wrong after the response, if anything did.
    func awaitIdleness(since start: Int64, _ checkpoint: Checkpoint) throws(LocalError) -> SandboxFailure? {
        while true {
            try checkpoint()
            if server.waitUntilIdle(timeoutMilliseconds: Self.slice, unless: { pipe.isClosed }) { return nil }
            if let ended = end() { return .exit(ended) }
            if timeLeft(since: start) <= 0 { return .timeout(seconds: timeoutSeconds) }
        }
    }

    /// Stops the process, resets its connections, and lets it go on.
    func freeze() {
        child.signal(SIGSTOP)
        server.resetConnections()
        endpoint?.resetConnections()
        child.signal(SIGCONT)
    }

    /// Passes on the last of the log and stops serving; the process must have ended.
    func close() {
        pipe.end()
        server.stop()
        endpoint?.stop()
    }

    /// How the process ended; nil while it runs.
    private func end() -> ChildProcess.Ending? {
        // A pipe that is closed belongs to a process that is gone in a moment.
        if pipe.isClosed, child.poll() == nil { usleep(500) }
        return child.poll()
    }

    private func timeLeft(since start: Int64) -> Int64 {
        Int64(timeoutSeconds) * 1_000_000 - (Self.microseconds() - start)
    }

    static func microseconds() -> Int64 {
        SystemClock.monotonicNanoseconds() / 1000
    }
}
