internal import StrictJSON

/// How one invocation ended, as its caller sees it.
package struct InvocationResult: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// The function's answer, byte for byte.
        case response([UInt8])
        /// The object with `errorType` and `errorMessage` that the caller gets instead.
        case failure([UInt8])
    }

    package let outcome: Outcome
    package let report: InvocationReport

    package init(outcome: Outcome, report: InvocationReport) {
        self.outcome = outcome
        self.report = report
    }

    package var isFailure: Bool {
        if case .failure = outcome { true } else { false }
    }
}

/// A failure that Lambda itself reports, not the function.
struct SandboxFailure {
    let type: String
    let message: String
    /// What the `REPORT` line says of it.
    let status: String

    static func timeout(seconds: Int) -> SandboxFailure {
        SandboxFailure(
            type: "Sandbox.Timedout", message: "Task timed out after \(seconds).00 seconds", status: "timeout")
    }

    static func exit(_ ending: ChildProcess.Ending) -> SandboxFailure {
        let how =
            if let signal = ending.signal { "signal: \(signalName(signal))" } else {
                "exit status \(ending.status ?? 0)"
            }
        let reason =
            ending.status == 0 ? "Runtime exited without providing a reason" : "Runtime exited with error: \(how)"
        return SandboxFailure(
            type: "Runtime.ExitError", message: reason, status: "error\tError Type: Runtime.ExitError")
    }

    static let tooLarge = SandboxFailure(
        type: "Function.ResponseSizeTooLarge", message: "Response payload size exceeded maximum allowed payload size",
        status: "error\tError Type: Function.ResponseSizeTooLarge")

    static let initializationTimeout = SandboxFailure(
        type: "Sandbox.Timedout", message: "Initialization took longer than 10.00 seconds", status: "timeout")

    /// The object that the caller gets.
    func body(requestID: String) -> [UInt8] {
        JSONWriter.object {
            $0.member("errorType", type)
            $0.member("errorMessage", "RequestId: \(requestID) Error: \(message)")
        }.bytes
    }

    private static func signalName(_ signal: Int32) -> String {
        switch signal {
        case 4: "illegal instruction"
        case 5: "trace/breakpoint trap"
        case 6: "aborted"
        case 9: "killed"
        case 11: "segmentation fault"
        case 15: "terminated"
        default: String(signal)
        }
    }
}
