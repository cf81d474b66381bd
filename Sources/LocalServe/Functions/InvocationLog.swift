internal import Synchronization

/// The lines of one invocation, as they come from several threads.
final class InvocationLog: Sendable {
    private struct State {
        var lines: [String] = []
        var bytes = 0
        var dropped = 0
    }

    /// What is kept of one invocation; nobody reads more.
    private static let maximumLines = 500
    private static let maximumBytes = 256 << 10

    private let state = Mutex(State())

    func append(_ line: String) {
        state.withLock { state in
            guard state.lines.count < Self.maximumLines, state.bytes < Self.maximumBytes else {
                state.dropped += 1
                return
            }
            state.lines.append(line)
            state.bytes += line.utf8.count
        }
    }

    /// Takes the lines out.
    func take() -> [String] {
        state.withLock { state in
            defer { state = State() }
            return state.dropped == 0 ? state.lines : state.lines + ["… \(state.dropped) more lines"]
        }
    }
}
