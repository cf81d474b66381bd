internal import Platform

/// Lambda's Runtime API on a loopback port, for one process that runs the function.
///
/// Blocking, with a thread for each connection. Serves until `stop` or the end of the object.
package final class LocalRuntimeServer: Sendable {
    /// Where it listens, as `AWS_LAMBDA_RUNTIME_API` wants it: `127.0.0.1:PORT`.
    package let address: String
    package let port: UInt16
    private let core: ServerCore

    /// Starts to listen on a port that the system chooses.
    ///
    /// - Parameter concurrency: how many invocations may run at a time (`AWS_LAMBDA_MAX_CONCURRENCY`).
    package init(concurrency: Int = 1) throws(LocalRuntimeError) {
        let listener = try Listener()
        port = listener.port
        address = "127.0.0.1:\(listener.port)"
        core = ServerCore(listener: listener, concurrency: concurrency)
        let core = core
        guard let thread = SystemThread.start({ core.acceptConnections() }) else { throw .thread }
        thread.detach()
    }

    deinit {
        core.stop()
    }

    /// Puts an event in the queue.
    ///
    /// - Returns: its request id.
    @discardableResult
    package func enqueue(_ invocation: LocalInvocation) -> String {
        core.monitor.withState { $0.runtime.enqueue(invocation) }
        return invocation.requestID
    }

    /// Waits for the end of an invocation and takes its outcome out; nil when the time is up.
    package func outcome(of requestID: String, timeoutMilliseconds: Int64) -> InvocationOutcome? {
        core.monitor.wait(milliseconds: timeoutMilliseconds) { $0.runtime.takeOutcome(of: requestID) }
    }

    /// The same, and nil as soon as the test is satisfied, which is asked again at each `wake`.
    package func outcome(
        of requestID: String, timeoutMilliseconds: Int64, unless isOver: () -> Bool
    ) -> InvocationOutcome? {
        core.monitor.wait(milliseconds: timeoutMilliseconds) { state -> InvocationOutcome?? in
            if let outcome = state.runtime.takeOutcome(of: requestID) { return .some(outcome) }
            return isOver() ? .some(nil) : nil
        } ?? nil
    }

    /// Enqueues an event and waits for its outcome; nil when the time is up.
    package func invoke(_ invocation: LocalInvocation, timeoutMilliseconds: Int64) -> InvocationOutcome? {
        outcome(of: enqueue(invocation), timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Gives an invocation up (the process ended, or its time was up): whoever waits sees it, a late answer gets 410.
    package func abandon(_ requestID: String, reason: String) {
        core.monitor.withState { $0.runtime.abandon(requestID, reason: reason) }
    }

    /// Whether the runtime has been given the invocation, and may have begun with it.
    package func isDelivered(_ requestID: String) -> Bool {
        core.monitor.withState { $0.runtime.isDelivered(requestID) }
    }

    /// Waits until the runtime has been given the invocation; false when the time is up.
    package func waitUntilDelivered(_ requestID: String, timeoutMilliseconds: Int64) -> Bool {
        core.monitor.wait(milliseconds: timeoutMilliseconds) { $0.runtime.isDelivered(requestID) ? true : nil }
            ?? false
    }

    /// Answers the response to this invocation with 413, whatever its size; its outcome is `tooLarge`.
    package func refuseResponse(to requestID: String) {
        core.monitor.withState { $0.runtime.refuseResponse(to: requestID) }
    }

    /// Wakes whoever waits for an outcome or for idleness, to look at something else than the Runtime API.
    package func wake() {
        core.monitor.withState { _ in }
    }

    /// How the runtime's start went.
    package enum Readiness: Sendable, Equatable {
        /// It has asked for its first invocation.
        case ready
        /// It posted an initialisation error.
        case failed(ErrorReport)
    }

    /// Waits until the runtime asks for an invocation or reports that it cannot start; nil when the time is up.
    ///
    /// - Parameter isOver: when satisfied, it is nil at once; asked again at each `wake`.
    package func waitUntilReady(timeoutMilliseconds: Int64, unless isOver: () -> Bool = { false }) -> Readiness? {
        core.monitor.wait(milliseconds: timeoutMilliseconds) { state -> Readiness?? in
            if let report = state.runtime.initializationError { return .failed(report) }
            return state.runtime.isReady ? .ready : isOver() ? .some(nil) : nil
        } ?? nil
    }

    /// Waits until the runtime asks for an invocation and there is none; false when the time is up.
    ///
    /// What a function does after its response, such as publishing its events, is over then.
    ///
    /// - Parameter isOver: when satisfied, it is false at once; asked again at each `wake`.
    package func waitUntilIdle(timeoutMilliseconds: Int64, unless isOver: () -> Bool = { false }) -> Bool {
        core.monitor.wait(milliseconds: timeoutMilliseconds) { $0.runtime.isIdle ? true : isOver() ? false : nil }
            ?? false
    }

    /// Scripts the next answers of an endpoint, one for each request, before it answers as usual again.
    package func script(_ endpoint: Endpoint, _ behaviours: [Behaviour]) {
        core.monitor.withState { $0.scripts[endpoint, default: []] += behaviours }
    }

    /// Every request since the start, in the order of arrival.
    package var requests: [RecordedRequest] {
        core.monitor.withState { $0.requests }
    }

    /// Waits until a request arrives (or has arrived) that satisfies the test; nil when the time is up.
    package func waitForRequest(
        timeoutMilliseconds: Int64, where matches: (RecordedRequest) -> Bool
    ) -> RecordedRequest? {
        core.monitor.wait(milliseconds: timeoutMilliseconds) { $0.requests.first(where: matches) }
    }

    /// Turns the record of requests on or off; off for runs of many thousands.
    package func setRecording(_ isOn: Bool) {
        core.monitor.withState { $0.isRecording = isOn }
    }

    /// Resets every connection that is open now, as a peer that lost its state would.
    package func resetConnections() {
        core.resetConnections()
    }

    /// Closes the port and all connections.
    package func stop() {
        core.stop()
    }
}

/// Why a local Runtime API cannot be served.
package enum LocalRuntimeError: Error, Sendable {
    /// No socket, or no port on loopback, with `errno`.
    case socket(Int32)
    /// No thread to serve it.
    case thread
}
