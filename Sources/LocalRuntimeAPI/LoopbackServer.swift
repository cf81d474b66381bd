internal import Platform

/// HTTP/1.1 on a loopback port for whatever answers requests: a stand-in for an AWS service, a peer in a test.
///
/// Blocking, with a thread for each connection; connections are kept alive. Serves until `stop` or the end of the
/// object.
package final class LoopbackServer: Sendable {
    /// What a client may ask for at most.
    package struct Limits: Sendable {
        /// Connections at a time; further ones are closed at once.
        package var connections: Int
        /// Bytes of a request's body; more is answered with 413 and the end of the connection.
        package var bodyBytes: Int

        package init(connections: Int = 64, bodyBytes: Int = 16 << 20) {
            self.connections = connections
            self.bodyBytes = bodyBytes
        }
    }

    /// Answers one request; nil closes the connection without an answer.
    package typealias Handler = @Sendable (RecordedRequest) -> Answer?

    package let port: UInt16
    private let core: LoopbackCore

    /// `http://127.0.0.1:PORT`, as `AWS_ENDPOINT_URL` wants it.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Starts to listen on a port that the system chooses.
    ///
    /// - Parameter handler: called on the connection's thread, so for several requests at a time.
    package init(limits: Limits = Limits(), handler: @escaping Handler) throws(LocalRuntimeError) {
        let listener = try Listener()
        port = listener.port
        let core = LoopbackCore(listener: listener, limits: limits, handler: handler)
        self.core = core
        guard let thread = SystemThread.start({ core.acceptConnections() }) else { throw .thread }
        thread.detach()
    }

    deinit { core.stop() }

    /// Closes the port and all connections.
    package func stop() {
        core.stop()
    }
}

/// Accepts connections and hands their requests to the handler.
private final class LoopbackCore: Sendable {
    private struct State {
        /// The sockets that are open, by the number of their connection.
        var sockets: [Int: Int32] = [:]
        var connectionCount = 0
        var isStopped = false
    }

    private let state = Monitor(State())
    private let listener: Listener
    private let limits: LoopbackServer.Limits
    private let handler: LoopbackServer.Handler

    init(listener: Listener, limits: LoopbackServer.Limits, handler: @escaping LoopbackServer.Handler) {
        self.listener = listener
        self.limits = limits
        self.handler = handler
    }

    func acceptConnections() {
        while let descriptor = listener.accept() {
            guard let number = register(descriptor) else {
                _ = close(descriptor)
                continue
            }
            let thread = SystemThread.start { self.serve(descriptor, number) }
            if let thread {
                thread.detach()
            } else {
                forget(number)
                _ = close(descriptor)
            }
        }
    }

    func stop() {
        listener.shutDown()
        state.withState { state in
            state.isStopped = true
            for descriptor in state.sockets.values { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// The connection's number; nil when there are too many.
    private func register(_ descriptor: Int32) -> Int? {
        state.withState { state in
            guard !state.isStopped, state.sockets.count < limits.connections else { return nil }
            state.connectionCount += 1
            state.sockets[state.connectionCount - 1] = descriptor
            return state.connectionCount - 1
        }
    }

    private func forget(_ number: Int) {
        state.withState { $0.sockets[number] = nil }
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        let socket = ClientSocket(adopting: descriptor, maximumBodyBytes: limits.bodyBytes)
        while let request = socket.readRequest() {
            let recorded = RecordedRequest(
                method: request.method, path: request.path, headers: request.headers, body: request.body,
                connection: number, arrived: SystemClock.monotonicNanoseconds())
            guard let answer = handler(recorded) else { break }
            var behaviour = Behaviour()
            behaviour.framing = .contentLength
            behaviour.closesConnection = recorded.header("Connection")?.lowercased() == "close"
            guard write(answer, behaviour, on: socket), !behaviour.closesConnection else { break }
        }
        if socket.wasTooLarge { refuse(on: socket) }
        // Before the descriptor is closed and its number used again.
        forget(number)
        withExtendedLifetime(socket) {}
    }

    private func refuse(on socket: ClientSocket) {
        var behaviour = Behaviour()
        behaviour.framing = .contentLength
        behaviour.closesConnection = true
        let answer = Answer.json(413, #"{"__type":"RequestEntityTooLargeException","message":"Request too large."}"#)
        _ = write(answer, behaviour, on: socket)
    }

    private func write(_ answer: Answer, _ behaviour: Behaviour, on socket: ClientSocket) -> Bool {
        let (head, body) = answer.encoded(behaviour)
        return socket.write(head + body)
    }
}
