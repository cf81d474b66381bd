package import LocalPlatform

/// Hands events to functions; several at a time, from any thread.
package protocol FunctionInvoker: Sendable {
    /// Hands an event to a function and waits for the end.
    ///
    /// Throws `LocalError` where it does not come to an invocation: no such function, no executable, the stack stops. A
    /// function that fails or is throttled is a result (`.failure`).
    func invoke(
        _ function: String, _ payload: [UInt8], for cause: InvocationCause
    ) throws(LocalError)
        -> InvocationResult
}

/// What an invocation comes from.
package enum InvocationCause: Sendable, Equatable {
    /// A request to the HTTP interface, by its request id.
    case request(String)
    /// An event of a bus, by its id.
    case event(String)
    /// A schedule, by its name.
    case schedule(String)
    /// Messages of a queue, by its name.
    case queue(String)
    /// Somebody's hand: the console, a command.
    case person
}
