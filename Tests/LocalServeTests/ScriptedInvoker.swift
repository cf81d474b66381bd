internal import Codecs
import LocalPlatform
import LocalRuntimeAPI
import LocalServe
import Platform
import Testing

/// Functions that answer as a test says, and remember what they got.
final class ScriptedInvoker: FunctionInvoker {
    struct Call: Sendable {
        let function: String
        let payload: JSONTree
        let cause: InvocationCause
        let time: Timestamp
    }

    enum Answer: Sendable {
        case response(String)
        case failure(String)
        case throttled
        case error(LocalError)
        /// Waits until the gate opens, then as the other says.
        indirect case gated(Gate, Answer)
    }

    /// Holds invocations until a test lets them go.
    final class Gate: Sendable {
        private let isOpen = Monitor(false)
        func open() { isOpen.withState { $0 = true } }
        func pass() { _ = isOpen.wait(milliseconds: 60_000) { $0 ? true : nil } }
    }

    private struct State {
        var calls: [Call] = []
        var running = 0
        var mostRunning = 0
    }

    private let state = Monitor(State())
    private let answer: @Sendable (_ call: Call, _ number: Int) -> Answer

    /// - Parameter answer: told the call and its number, from 1.
    init(_ answer: @escaping @Sendable (_ call: Call, _ number: Int) -> Answer) {
        self.answer = answer
    }

    var calls: [Call] { state.withState { $0.calls } }
    var mostRunning: Int { state.withState { $0.mostRunning } }

    /// Waits until there were that many calls.
    func waitForCalls(_ count: Int) -> Bool {
        state.wait(milliseconds: 60_000) { $0.calls.count >= count ? true : nil } ?? false
    }

    func invoke(
        _ function: String, _ payload: [UInt8], for cause: InvocationCause
    ) throws(LocalError) -> InvocationResult {
        let call = Call(
            function: function, payload: (try? JSONTree(parsing: payload)) ?? .null, cause: cause,
            time: SystemClock.now())
        let number = state.withState { state in
            state.calls.append(call)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            return state.calls.count
        }
        defer { state.withState { $0.running -= 1 } }
        return try result(answer(call, number), number)
    }

    private func result(_ answer: Answer, _ number: Int) throws(LocalError) -> InvocationResult {
        switch answer {
        case .response(let text): return Self.result(.response(Array(text.utf8)), number)
        case .failure(let type):
            return Self.result(.failure(Array(#"{"errorType":"\#(type)","errorMessage":"no"}"#.utf8)), number)
        case .throttled:
            return Self.result(.failure(Array(#"{"errorType":"TooManyRequestsException"}"#.utf8)), number)
        case .error(let error): throw error
        case .gated(let gate, let then):
            gate.pass()
            return try result(then, number)
        }
    }

    private static func result(_ outcome: InvocationResult.Outcome, _ number: Int) -> InvocationResult {
        InvocationResult(
            outcome: outcome,
            report: InvocationReport(
                requestID: "request-\(number)", durationMicroseconds: 1, initMicroseconds: nil, memoryMegabytes: 128,
                peakMemoryBytes: 0))
    }
}
