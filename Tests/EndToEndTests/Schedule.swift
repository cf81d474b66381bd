import LocalRuntimeAPI
import Platform
import Synchronization
import TestSupport

/// Hands out scheduled events for the relays, until the writers have ended and nothing waits any more.
///
/// Between them time passes: leases of the dead and waits after failures end.
final class Schedule: Sendable {
    /// Many more than are ever needed: a relay that publishes nothing must not hang the test.
    private static let limit = 5_000

    private let rows: OutboxRows
    private let state = Mutex<(writers: Int, runs: Int, failures: [String])>((2, 0, []))

    init(_ rows: OutboxRows) {
        self.rows = rows
    }

    /// What functions reported as errors.
    var failures: [String] { state.withLock { $0.failures } }

    func writerEnded() {
        state.withLock { $0.writers -= 1 }
    }

    func next() -> (index: Int, event: [UInt8])? {
        usleep(5_000)
        let (run, isLast) = state.withLock { state in
            state.runs += 1
            return (state.runs, state.writers <= 0)
        }
        let left = try? rows.counts()["waiting"]
        guard run < Self.limit, !isLast || left != 0 else { return nil }
        if run % 5 == 0 || isLast { try? rows.letTimePass() }
        return (run, Array(#"{"detail":{"task":"relay"}}"#.utf8))
    }

    /// A run whose process died is made up for by the next.
    func note(_ outcome: InvocationOutcome?) {
        guard case .failure(let report) = outcome else { return }
        state.withLock { $0.failures.append(String(decoding: report.body, as: UTF8.self)) }
    }
}
