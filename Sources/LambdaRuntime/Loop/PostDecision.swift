internal import HTTPTransport

/// What posting a response or an error came to.
enum PostOutcome: Equatable {
    case answered(status: Int)
    case failed(TransportError.Code)
}

/// What to do then.
enum PostDecision: Equatable {
    case accepted
    /// The answer did not count, but the process is well: log the reason, ask for the next invocation.
    case survive(reason: String)
    case retry
    case exit(reason: String)

    /// Decides about the n-th try (from 0).
    ///
    /// Posting again is safe: Lambda refuses the second answer to an invocation.
    static func about(_ outcome: PostOutcome, attempt: Int) -> PostDecision {
        switch outcome {
        case .answered(200...299): .accepted
        case .answered(500): .exit(reason: "the Runtime API is in a non-recoverable state (500)")
        case .answered(400): .survive(reason: "the Runtime API does not know the request any more (400)")
        case .answered(403): .survive(reason: "the invocation was answered already (403)")
        case .answered(410): .survive(reason: "the invocation had timed out (410)")
        case .answered(413): .survive(reason: "the response is larger than Lambda takes (413)")
        case .answered(let status): .survive(reason: "the Runtime API answered \(status)")
        case .failed(.interrupted): .survive(reason: "the process is ending")
        case .failed(let code) where attempt > 0:
            .survive(reason: "the response could not be delivered (\(code.rawValue))")
        case .failed: .retry
        }
    }
}
