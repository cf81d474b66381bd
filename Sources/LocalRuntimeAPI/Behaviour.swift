/// How the server answers one request, where it is not simply as Lambda would.
package struct Behaviour: Sendable {
    /// How the length of the body is told.
    package enum Framing: Sendable {
        /// As Lambda: chunked above 2,048 bytes, Content-Length below.
        case lambda
        case contentLength
        case chunked
    }

    /// Where the connection breaks.
    package enum Break: Sendable, Equatable {
        case never
        /// Reset (RST) before a byte of the answer.
        case beforeAnswer
        /// Reset after that many bytes of the body.
        case insideBody(after: Int)
        /// The whole answer is sent, and then the connection is closed without having said so.
        case afterAnswer
    }

    /// How the names of header fields are written.
    package enum NameCase: Sendable {
        case asIs
        case lower
        case upper
    }

    package var delayMilliseconds: Int64 = 0
    /// Sent instead of what the state machine says; the machine is not asked then.
    package var status: Int?
    package var body: [UInt8]?
    package var framing = Framing.lambda
    /// Sends `Connection: close` and closes.
    package var closesConnection = false
    package var breaks = Break.never
    package var nameCase = NameCase.asIs

    package init() {}

    package static func status(_ status: Int, _ body: String = "{}") -> Behaviour {
        var behaviour = Behaviour()
        behaviour.status = status
        behaviour.body = Array(body.utf8)
        return behaviour
    }

    package static func breaking(_ kind: Break) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.breaks = kind
        return behaviour
    }

    package static func delayed(milliseconds: Int64) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.delayMilliseconds = milliseconds
        return behaviour
    }
}

/// The endpoints of the Runtime API that behaviours can be scripted for.
package enum Endpoint: Sendable, Hashable {
    case next
    case response
    case error
    case initializationError
    case registerExtension
    case nextExtensionEvent
    case other
}
