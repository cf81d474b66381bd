internal import LocalPlatform
internal import LocalRuntimeAPI

/// One invocation, between the thread that asks for it and the one that keeps the function's process.
///
/// It ends in two steps, as in Lambda: the answer is the caller's as soon as there is one, and the rest (what a function
/// does after its response, the report) is known later.
final class InvocationTicket: Sendable {
    private struct State {
        var answer: Result<InvocationResult, LocalError>?
        var end: Result<InvocationResult, LocalError>?
    }

    let payload: [UInt8]
    let cause: InvocationCause
    let fault: FunctionFault?
    private let state = Monitor(State())

    init(_ payload: [UInt8], for cause: InvocationCause, fault: FunctionFault?) {
        self.payload = payload
        self.cause = cause
        self.fault = fault
    }

    func answer(_ result: InvocationResult) {
        state.withState { state in
            if state.answer == nil { state.answer = .success(result) }
        }
    }

    func end(_ result: Result<InvocationResult, LocalError>) {
        state.withState { state in
            if state.answer == nil { state.answer = result }
            if state.end == nil { state.end = result }
        }
    }

    /// Waits for the answer; nil when the time is up.
    func waitForAnswer(milliseconds: Int64) throws(LocalError) -> InvocationResult? {
        try state.wait(milliseconds: milliseconds) { $0.answer }?.get()
    }

    /// Waits for the end, which comes at the function's timeout at the latest.
    func waitForEnd() throws(LocalError) -> InvocationResult {
        while true {
            if let result = state.wait(milliseconds: 60_000, for: { $0.end }) { return try result.get() }
        }
    }
}
