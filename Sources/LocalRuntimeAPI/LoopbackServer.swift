internal import Platform

/// HTTP/1.1 on a loopback port for whatever answers requests: the gateway, a stand-in for an AWS service, a peer in a
/// test.
///
/// Blocking, with a thread for each connection; connections are kept alive. Serves until `stop` or the end of the
/// object.
package final class LoopbackServer: Sendable {
    /// What a client may ask for at most.
    package struct Limits: Sendable {
        /// Connections at a time; further ones are closed at once.
        package var connections: Int
        /// Bytes of a request's body; more is refused, and the connection ends.
        package var bodyBytes: Int
        /// Bytes of a request line and its header fields; more is refused, and the connection ends.
        package var headBytes: Int

        package init(connections: Int = 64, bodyBytes: Int = 16 << 20, headBytes: Int = 256 << 10) {
            self.connections = connections
            self.bodyBytes = bodyBytes
            self.headBytes = headBytes
        }
    }

    /// What is refused before a handler sees it.
    package enum Refusal: Sendable, Equatable {
        case headTooLarge
        case bodyTooLarge
        /// No HTTP/1.1.
        case malformed
    }

    /// Answers one request; nil closes the connection without an answer.
    package typealias Handler = @Sendable (RecordedRequest) -> Answer?
    /// Words a refusal.
    package typealias Refuse = @Sendable (Refusal) -> Answer

    package let port: UInt16
    private let core: LoopbackCore

    /// `http://127.0.0.1:PORT`, as `AWS_ENDPOINT_URL` wants it.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Starts to serve a listener: by default one on a port that the system chooses.
    ///
    /// - Parameters:
    ///   - refuse: words what is refused without the handler; as AWS's services do by default.
    ///   - handler: called on the connection's thread, so for several requests at a time.
    package init(
        on listener: Listener? = nil, limits: Limits = Limits(), refuse: @escaping Refuse = LoopbackServer.asService,
        handler: @escaping Handler
    ) throws(LocalRuntimeError) {
        let listener = if let listener { listener } else { try Listener() }
        port = listener.port
        let core = LoopbackCore(listener: listener, limits: limits, refuse: refuse, handler: handler)
        self.core = core
        guard let thread = SystemThread.start({ core.acceptConnections() }) else { throw .thread }
        thread.detach()
    }

    deinit { core.stop() }

    /// Closes the port and all connections.
    package func stop() {
        core.stop()
    }

    /// Resets every connection that is open now, as a peer that lost its state would.
    package func resetConnections() {
        core.resetConnections()
    }

    /// A refusal as AWS's services word it.
    package static func asService(_ refusal: Refusal) -> Answer {
        switch refusal {
        case .bodyTooLarge:
            .json(413, #"{"__type":"RequestEntityTooLargeException","message":"Request too large."}"#)
        case .headTooLarge: .json(431, #"{"__type":"RequestHeaderFieldsTooLarge","message":"Request too large."}"#)
        case .malformed: .json(400, #"{"__type":"MalformedRequest","message":"The request is no HTTP/1.1."}"#)
        }
    }
}
