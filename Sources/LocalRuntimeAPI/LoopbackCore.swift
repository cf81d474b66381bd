internal import Platform

/// Accepts connections and hands their requests to the handler.
final class LoopbackCore: Sendable {
    private struct State {
        var sockets = OpenSockets()
        var isStopped = false
    }

    private let state = Monitor(State())
    private let listener: Listener
    private let limits: LoopbackServer.Limits
    private let refuse: LoopbackServer.Refuse
    private let handler: LoopbackServer.Handler

    init(
        listener: Listener, limits: LoopbackServer.Limits, refuse: @escaping LoopbackServer.Refuse,
        handler: @escaping LoopbackServer.Handler
    ) {
        self.listener = listener
        self.limits = limits
        self.refuse = refuse
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
            state.sockets.shutDown()
        }
    }

    func resetConnections() {
        state.withState { $0.sockets.reset() }
    }

    /// The connection's number; nil when there are too many.
    private func register(_ descriptor: Int32) -> Int? {
        state.withState { state in
            guard !state.isStopped, state.sockets.count < limits.connections else { return nil }
            return state.sockets.add(descriptor)
        }
    }

    private func forget(_ number: Int) {
        state.withState { $0.sockets.remove(number) }
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        let socket = ClientSocket(
            adopting: descriptor, limits: .init(headBytes: limits.headBytes, bodyBytes: limits.bodyBytes))
        while let request = socket.readRequest() {
            let recorded = RecordedRequest(
                method: request.head.method, path: request.head.target, headers: request.head.fields,
                body: request.body,
                connection: number, arrived: SystemClock.monotonicNanoseconds(), peer: socket.peer)
            guard let answer = handler(recorded) else { break }
            let bytes = answer.encoded(forMethod: request.head.method, request.head.connection)
            guard socket.write(bytes), request.head.connection != .closed else { break }
        }
        if let problem = socket.problem {
            _ = socket.write(refuse(LoopbackServer.Refusal(problem)).encoded(forMethod: "", .closed))
            socket.finish()
        }
        // Before the descriptor is closed and its number used again.
        forget(number)
        withExtendedLifetime(socket) {}
    }
}

extension LoopbackServer.Refusal {
    fileprivate init(_ problem: ClientSocket.Problem) {
        switch problem {
        case .headTooLarge: self = .headTooLarge
        case .bodyTooLarge: self = .bodyTooLarge
        case .malformed: self = .malformed
        }
    }
}
