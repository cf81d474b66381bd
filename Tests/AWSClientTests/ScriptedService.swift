import CLocalSystem
import Platform
import Synchronization
import TestSupport

/// An HTTP server on a free loopback port that keeps what it gets and answers by a script.
final class ScriptedService: Sendable {
    /// What happens to one request.
    enum Step: Sendable {
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

        static func answer(_ status: Int, _ body: String) -> Step { .answer(status, [], body) }
    }

    enum After: Sendable {
        case nothing, head, everything
    }

    struct Received: Sendable {
        let target: String
        let fields: [(name: String, value: String)]
        let body: [UInt8]
        /// Counted from 0.
        let connection: Int

        func field(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private struct State {
        var steps: [Step]
        var received: [Received] = []
        var connections: [Int32] = []
    }

    private let listener: Int32
    let port: UInt16
    private let state: Mutex<State>

    /// - Parameter steps: one for each request, the last one for all that follow.
    init(_ steps: [Step]) throws {
        (listener, port) = try silentListener()
        state = Mutex(State(steps: steps))
        let (listener, state) = (Listener(descriptor: listener), Shared(service: self))
        SystemThread.start { Self.accept(listener, state) }?.detach()
    }

    deinit {
        _ = shutdown(listener, Int32(SHUT_RDWR))
        for connection in state.withLock({ $0.connections }) { _ = shutdown(connection, Int32(SHUT_RDWR)) }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    var received: [Received] { state.withLock { $0.received } }

    private struct Listener: Sendable {
        let descriptor: Int32
    }

    /// The server's threads do not keep it alive.
    private final class Shared: Sendable {
        private let box: Mutex<WeakBox>

        init(service: ScriptedService) {
            box = Mutex(WeakBox(service: service))
        }

        var service: ScriptedService? { box.withLock { $0.service } }
    }

    private struct WeakBox {
        weak var service: ScriptedService?
    }

    private static func accept(_ listener: Listener, _ shared: Shared) {
        while true {
            let connection = nerdwork_accept(listener.descriptor)
            guard connection >= 0 else { break }
            guard let number = shared.service?.register(connection) else {
                _ = close(connection)
                break
            }
            SystemThread.start {
                serve(connection, number, shared)
                _ = close(connection)
            }?.detach()
        }
        _ = close(listener.descriptor)
    }

    private func register(_ connection: Int32) -> Int {
        state.withLock { state in
            state.connections.append(connection)
            return state.connections.count - 1
        }
    }

    private static func serve(_ connection: Int32, _ number: Int, _ shared: Shared) {
        var wire = Wire(descriptor: connection)
        while wire.waitForBytes() {
            guard let step = shared.service?.nextStep() else { return }
            if case .cut(.nothing) = step { return wire.reset() }
            guard let head = wire.readHead() else { return }
            if case .cut(.head) = step { return wire.reset() }
            guard let body = wire.readBody(of: head) else { return }
            shared.service?.keep(
                Received(target: head.target, fields: head.fields, body: body, connection: number))
            guard wire.perform(step) else { return }
        }
    }

    private func nextStep() -> Step {
        state.withLock { $0.steps.count > 1 ? $0.steps.removeFirst() : $0.steps[0] }
    }

    private func keep(_ request: Received) {
        state.withLock { $0.received.append(request) }
    }
}
