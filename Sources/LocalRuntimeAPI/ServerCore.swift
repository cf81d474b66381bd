internal import Platform

/// What the threads of a server share.
struct ServerState {
    var runtime: RuntimeState
    var scripts: [Endpoint: [Behaviour]] = [:]
    var requests: [RecordedRequest] = []
    var isRecording = true
    var isStopped = false
    var sockets = OpenSockets()
    var extensionCount = 0
}

/// Accepts connections and answers their requests.
final class ServerCore: Sendable {
    let monitor: Monitor<ServerState>
    private let listener: Listener

    init(listener: Listener, concurrency: Int) {
        self.listener = listener
        monitor = Monitor(ServerState(runtime: RuntimeState(concurrency: max(1, concurrency))))
    }

    func acceptConnections() {
        while let descriptor = listener.accept() {
            let number = monitor.withState { $0.sockets.add(descriptor) }
            let thread = SystemThread.start { self.serve(descriptor, number) }
            if let thread { thread.detach() } else { _ = close(descriptor) }
        }
    }

    func stop() {
        listener.shutDown()
        monitor.withState { state in
            state.isStopped = true
            state.sockets.shutDown()
        }
    }

    func resetConnections() {
        monitor.withState { $0.sockets.reset() }
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        let socket = ClientSocket(adopting: descriptor)
        while let request = socket.readRequest() {
            let recorded = RecordedRequest(
                method: request.head.method, path: request.head.target, headers: request.head.fields,
                body: request.body,
                connection: number, arrived: SystemClock.monotonicNanoseconds())
            guard answer(recorded, on: socket) else { break }
        }
        // Before the descriptor is closed and its number used again.
        monitor.withState { $0.sockets.remove(number) }
        withExtendedLifetime(socket) {}
    }

    /// Answers one request; false ends the connection.
    private func answer(_ request: RecordedRequest, on socket: ClientSocket) -> Bool {
        let route = Route(method: request.method, path: request.path)
        let behaviour = monitor.withState { state in
            if state.isRecording { state.requests.append(request) }
            return Self.takeBehaviour(of: route.endpoint, from: &state)
        }
        pause(behaviour.delayMilliseconds)
        guard behaviour.breaks != .beforeAnswer else {
            socket.resetAtEnd()
            return false
        }
        guard let answer = decide(route, request, behaviour, socket) else { return false }
        let delivered = write(answer, behaviour, on: socket)
        if route.endpoint == .next && !delivered.isWhole, behaviour.status == nil { undeliver(answer) }
        return delivered.isWhole && !delivered.ends
    }

    private static func takeBehaviour(of endpoint: Endpoint, from state: inout ServerState) -> Behaviour {
        guard var script = state.scripts[endpoint], !script.isEmpty else { return Behaviour() }
        let first = script.removeFirst()
        state.scripts[endpoint] = script
        return first
    }

    private func decide(
        _ route: Route, _ request: RecordedRequest, _ behaviour: Behaviour, _ socket: ClientSocket
    ) -> Answer? {
        if let status = behaviour.status {
            // Taken or refused, it was the invocation's answer: it is not delivered again.
            if route.endpoint == .response, status < 500 {
                monitor.withState { $0.runtime.abandon(route.requestID, reason: "answered with \(status)") }
            }
            return .json(status, String(decoding: behaviour.body ?? [], as: UTF8.self))
        }
        switch route.endpoint {
        case .next: return waitForInvocation(socket)
        case .response:
            return .post(monitor.withState { $0.runtime.respond(route.requestID, body: request.body) })
        case .error:
            return .post(monitor.withState { $0.runtime.fail(route.requestID, request.errorReport) })
        case .initializationError:
            return .post(monitor.withState { $0.runtime.failInitialization(request.errorReport) })
        case .registerExtension: return registerExtension()
        case .nextExtensionEvent: return waitForEver(socket)
        case .other: return .json(404, #"{"errorType":"NotFound"}"#)
        }
    }

    private func waitForInvocation(_ socket: ClientSocket) -> Answer? {
        let take = { (state: inout ServerState) -> LocalInvocation?? in
            // An invocation for a process that has just died is left in the queue, as not delivered.
            if state.isStopped || state.runtime.hasWaiting && socket.isClosedByPeer { return .some(nil) }
            return state.runtime.next().map { .some($0) }
        }
        // Asking already changes the state: whoever waits for an idle process is woken, which waiting alone does not do.
        var step = monitor.withState(take)
        while true {
            if case .none = step { step = monitor.wait(milliseconds: 100, for: take) }
            if case .some(let invocation) = step {
                return invocation.map { Answer(status: 200, headers: $0.headers, body: $0.payload) }
            }
            // A poller that went away must not take an event with it.
            if socket.isClosedByPeer { return nil }
        }
    }

    private func waitForEver(_ socket: ClientSocket) -> Answer? {
        while monitor.wait(milliseconds: 100, for: { $0.isStopped ? true : nil }) == nil {
            if socket.isClosedByPeer { return nil }
        }
        return nil
    }

    private func registerExtension() -> Answer {
        let number = monitor.withState { state in
            state.extensionCount += 1
            return state.extensionCount
        }
        var answer = Answer.json(200, #"{"functionName":"local","functionVersion":"$LATEST","handler":"bootstrap"}"#)
        answer.headers.append(("Lambda-Extension-Identifier", "00000000-0000-4000-8000-00000000000\(number % 10)"))
        return answer
    }

    private func write(
        _ answer: Answer, _ behaviour: Behaviour, on socket: ClientSocket
    ) -> (isWhole: Bool, ends: Bool) {
        let (head, body) = answer.encoded(behaviour)
        if case .insideBody(let count) = behaviour.breaks {
            _ = socket.write(head + body.prefix(count))
            // Lets the bytes arrive before the reset throws them away.
            pause(50)
            socket.resetAtEnd()
            return (false, true)
        }
        let isWhole = socket.write(head + body)
        return (isWhole, behaviour.closesConnection || behaviour.breaks == .afterAnswer)
    }

    private func undeliver(_ answer: Answer) {
        guard let field = answer.headers.first(where: { $0.name == "Lambda-Runtime-Aws-Request-Id" }) else { return }
        monitor.withState { $0.runtime.undeliver(field.value) }
    }

    private func pause(_ milliseconds: Int64) {
        guard milliseconds > 0 else { return }
        var time = timespec()
        time.tv_sec = Int(milliseconds / 1000)
        time.tv_nsec = Int(milliseconds % 1000) * 1_000_000
        unsafe nanosleep(&time, nil)
    }
}

extension RecordedRequest {
    var errorReport: ErrorReport {
        ErrorReport(
            type: header("Lambda-Runtime-Function-Error-Type"), contentType: header("Content-Type"), body: body)
    }
}
