internal import Codecs
internal import LocalPlatform

/// An event or a schedule's run on its way to one function, as it stands in Lambda's queue for asynchronous invocations.
struct WaitingDelivery: Sendable, Equatable {
    enum Kind: String, Sendable {
        case event
        case schedule
    }

    let kind: Kind
    let origin: DeadLetters.Origin
    let function: String
    let payload: [UInt8]
    /// When the function's queue took it.
    let takenAt: Timestamp
    /// Attempts that ended with a function error.
    var failures = 0
    /// Attempts in a row that did not come to an invocation.
    var throttles = 0
    /// Request id of the first attempt.
    var requestID: String?

    var cause: InvocationCause {
        kind == .event ? .event(origin.source) : .schedule(origin.source)
    }
}

/// A message of a queue.
struct WaitingMessage: Sendable {
    let origin: DeadLetters.Origin
    let kind: WaitingDelivery.Kind
    var message: QueueBatch.Message
    /// When it may be handed out again.
    var visibleAt: Timestamp
}
