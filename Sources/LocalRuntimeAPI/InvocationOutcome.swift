/// How an invocation ended.
package enum InvocationOutcome: Sendable, Equatable {
    /// The function's answer.
    case response([UInt8])
    /// The function reported an error.
    case failure(ErrorReport)
    /// The answer was larger than Lambda takes; the caller sees `Function.ResponseSizeTooLarge`.
    case tooLarge
    /// Somebody on this side gave the invocation up (`abandon`), with the reason.
    case abandoned(String)
}

/// What a runtime posts to `…/error`.
package struct ErrorReport: Sendable, Equatable {
    /// The field `Lambda-Runtime-Function-Error-Type`; nil where it was not sent.
    package let type: String?
    package let contentType: String?
    /// The body as it was posted.
    package let body: [UInt8]
}
