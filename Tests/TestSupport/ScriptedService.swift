internal import CLocalSystem
internal import Platform
internal import Synchronization

/// An HTTP server on a free loopback port that keeps what it gets and answers by a script.
package final class ScriptedService: Sendable {
    /// What happens to one request.
    package enum Step: Sendable {
        /// Answers, and keeps the connection.
        case answer(Int, [(String, String)], String)
        /// Answers as if it would keep the connection, and closes it without a word.
        case answerAndClose(Int, String)
        /// Resets the connection when this much of the request has been read.
        case cut(After)
        /// Promises a longer body than it sends.
        case halfAnAnswer
        /// Announces this many bytes and sends them.
        case manyBytes(Int)
        /// Reads the request and says nothing until the test ends.
        case silence
        /// What no HTTP server says.
        case garbage

        package static func answer(_ status: Int, _ body: String) -> Step { .answer(status, [], body) }
    }

    package enum After: Sendable {
        case nothing, head, everything
    }

    package struct Received: Sendable {
        package let target: String
        package let fields: [(name: String, value: String)]
        package let body: [UInt8]
        /// Counted from 0.
        package let connection: Int

        package func field(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let core: Core
    package let port: UInt16

    /// - Parameter steps: one for each request, the last one for all that follow.
    package init(_ steps: [Step]) throws {
        let (listener, port) = try silentListener()
        let core = Core(listener: listener, steps: steps)
        (self.core, self.port) = (core, port)
        SystemThread.start { core.accept() }?.detach()
    }

    deinit {
        core.stop()
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    package var received: [Received] { core.received }
}

/// What the server's threads share; it outlives the service until they have ended.
private final class Core: Sendable {
    private struct State {
        var steps: [ScriptedService.Step]
        var received: [ScriptedService.Received] = []
        var count = 0
        var open: Set<Int32> = []
        var isStopped = false
    }

    private let listener: Int32
    private let state: Mutex<State>

    init(listener: Int32, steps: [ScriptedService.Step]) {
        self.listener = listener
        state = Mutex(State(steps: steps))
    }

    var received: [ScriptedService.Received] { state.withLock { $0.received } }

    /// Not before the last who could shut it down is gone: its number may be somebody else's by then.
    deinit {
        _ = close(listener)
    }

    /// Wakes every thread.
    ///
    /// A descriptor that was closed belongs to somebody else by now, hence the lock.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            _ = shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.open { _ = shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    func accept() {
        while true {
            let connection = nerdwork_accept(listener)
            guard connection >= 0 else { break }
            let number = state.withLock { state in
                state.open.insert(connection)
                state.count += 1
                return state.count - 1
            }
            SystemThread.start { [self] in
                serve(connection, number)
                state.withLock { state in
                    state.open.remove(connection)
                    _ = close(connection)
                }
            }?.detach()
        }
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var wire = ScriptedWire(descriptor: connection)
        while wire.waitForBytes(), let step = nextStep() {
            if case .cut(.nothing) = step { return wire.reset() }
            guard let head = wire.readHead() else { return }
            if case .cut(.head) = step { return wire.reset() }
            guard let body = wire.readBody(of: head) else { return }
            state.withLock { state in
                state.received.append(
                    ScriptedService.Received(
                        target: head.target, fields: head.fields, body: body, connection: number))
            }
            guard wire.perform(step) else { return }
        }
    }

    private func nextStep() -> ScriptedService.Step? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            return state.steps.count > 1 ? state.steps.removeFirst() : state.steps[0]
        }
    }
}
