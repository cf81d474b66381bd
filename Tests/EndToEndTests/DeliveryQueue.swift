import LocalRuntimeAPI
import StrictJSON
import Synchronization

/// The deliveries that are still to be made, shared by all workers, and the answers so far.
final class DeliveryQueue: Sendable {
    private struct State {
        var waiting: [Int]
        var underway = 0
        var answers: [Int: [UInt8]] = [:]
        var differing: [Int] = []
        var failures: [String] = []
        var redelivered = 0
        var settled = 0
    }

    private let state: Mutex<State>

    init(_ deliveries: [Int]) {
        state = Mutex(State(waiting: deliveries.reversed()))
    }

    /// The next delivery; nil when none is left.
    func next() -> Int? {
        state.withLock { $0.waiting.popLast() }
    }

    /// Books the outcome; a delivery without one is made again later.
    func settle(_ index: Int, _ outcome: InvocationOutcome?) {
        state.withLock { state in
            switch outcome {
            case .response(let answer):
                if let earlier = state.answers[index], earlier != answer { state.differing.append(index) }
                state.answers[index] = answer
                state.settled += 1
            case nil:
                state.redelivered += 1
                state.waiting.insert(index, at: state.waiting.count / 2)
            case .failure(let report):
                state.failures.append(String(decoding: report.body, as: UTF8.self))
            case .tooLarge, .abandoned:
                state.failures.append("delivery \(index): \(String(describing: outcome))")
            }
        }
    }

    /// Deliveries that were answered.
    var settledDeliveries: Int { state.withLock { $0.settled } }
    /// Deliveries that were made again because the process died under them.
    var redelivered: Int { state.withLock { $0.redelivered } }
    /// Events that got different answers at different times.
    var differing: [Int] { state.withLock { $0.differing } }
    /// What functions reported as errors.
    var failures: [String] { state.withLock { $0.failures } }
    /// The different answers that there were.
    var answers: Set<String> { state.withLock { Set($0.answers.values.map { String(decoding: $0, as: UTF8.self) }) } }
    var answered: Int { state.withLock { $0.answers.count } }
}
