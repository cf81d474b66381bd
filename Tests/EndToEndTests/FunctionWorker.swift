import Codecs
import LocalRuntimeAPI
import Platform
import Synchronization
import TestSupport

@testable import LocalPlatform

/// Delivers events to one function process, and starts another process whenever it has died.
final class FunctionWorker: Sendable {
    private let executable: String
    private let variables: [String: String]
    /// The living process, for whoever wants to kill it; 0 while there is none.
    let process = Mutex<pid_t>(0)

    init(executable: String, variables: [String: String]) {
        self.executable = executable
        self.variables = variables
    }

    /// So many processes in a row do not die by accident.
    private static let mostUnanswered = 20

    /// Delivers what `next` hands out until it hands out nothing.
    ///
    /// Throws where one process after the other dies without an answer.
    ///
    /// `accepted` says whether the answer settles the delivery; an unsettled one is given back to `next`'s owner by it.
    func run(next: () -> (index: Int, event: [UInt8])?, settled: (Int, InvocationOutcome?) -> Void) throws {
        var environment = try start()
        var unanswered = 0
        while let delivery = next() {
            let outcome = deliver(delivery.event, to: environment)
            settled(delivery.index, outcome)
            unanswered = outcome == nil ? unanswered + 1 : 0
            guard unanswered < Self.mostUnanswered else { throw HarnessError("\(executable) answers nothing") }
            if outcome == nil {
                environment.child.signal(SIGKILL)
                _ = environment.child.wait()
                environment.server.stop()
                environment = try start()
            }
        }
        process.withLock { $0 = 0 }
        _ = environment.child.stop(graceMilliseconds: 1_000)
        environment.server.stop()
    }

    private struct Environment {
        let server: LocalRuntimeServer
        let child: ChildProcess
    }

    private func start() throws -> Environment {
        let server = try LocalRuntimeServer()
        server.setRecording(false)
        var variables = variables
        variables["AWS_LAMBDA_RUNTIME_API"] = server.address
        let child = try ChildProcess(executable, environment: variables, folder: "/")
        process.withLock { $0 = child.identifier }
        return Environment(server: server, child: child)
    }

    /// The outcome; nil when the process died or said nothing for long.
    private func deliver(_ event: [UInt8], to environment: Environment) -> InvocationOutcome? {
        let deadline = SystemClock.now().advanced(byMilliseconds: 30_000)
        let requestID = environment.server.enqueue(LocalInvocation(payload: event, deadline: deadline))
        while SystemClock.now() < deadline {
            if let outcome = environment.server.outcome(of: requestID, timeoutMilliseconds: 10) { return outcome }
            _ = environment.child.output.read()
            if environment.child.poll() != nil {
                // It may have answered just before it died.
                return environment.server.outcome(of: requestID, timeoutMilliseconds: 0)
            }
        }
        return nil
    }
}
