internal import LocalRuntimeAPI
internal import Platform

/// What goes wrong with one invocation, because somebody wants to see what comes of it.
package enum FunctionFault: String, Sendable, CaseIterable {
    /// The process is stopped and its connections to the Runtime API and to AWS are reset before it gets the event, as
    /// after an environment was frozen for long.
    case freeze
    /// The process stands still until Lambda ends it at its timeout.
    case timeout
    /// The connection is reset while the function sends its response.
    case reset
    /// The response is refused as too large.
    case tooLarge
    /// The process is killed while it works (SIGKILL).
    case kill

    /// How long after the event was taken the process is killed, at most: long enough for any part of the work.
    private static let killMicroseconds: ClosedRange<Int64> = 0...25_000

    /// Prepares the fault; the invocation has not been handed over yet.
    func prepare(_ environment: ExecutionEnvironment, _ requestID: String) {
        switch self {
        case .freeze: environment.freeze()
        case .reset: environment.server.script(.response, [.breaking(.beforeAnswer)])
        case .tooLarge: environment.server.refuseResponse(to: requestID)
        case .timeout, .kill: break
        }
    }

    /// What is done to the process once it has taken the event.
    func interjection() -> Interjection? {
        switch self {
        case .timeout: Interjection(signal: SIGSTOP, delayMicroseconds: 0)
        case .kill: Interjection(signal: SIGKILL, delayMicroseconds: .random(in: Self.killMicroseconds))
        case .freeze, .reset, .tooLarge: nil
        }
    }

    /// A signal that a process gets some time after it has taken its event.
    struct Interjection {
        let signal: Int32
        let delayMicroseconds: Int64
    }
}
