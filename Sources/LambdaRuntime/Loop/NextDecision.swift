internal import HTTPTransport

/// What asking for the next invocation came to.
enum NextOutcome: Equatable {
    case answered(status: Int, hasRequestID: Bool)
    case failed(TransportError.Code)
}

/// What to do then.
enum NextDecision: Equatable {
    case deliver
    case retry(afterMilliseconds: Int64)
    /// The process is ending in good order.
    case stop
    /// The process must end with a failure, so that Lambda starts a new environment.
    case exit(reason: String)
}

/// Decides about `next`, from one outcome to the next.
///
/// Asking again is safe: Lambda delivers the same invocation again until it is answered.
struct NextPolicy {
    private var failures = 0

    /// The waits before each further try, in milliseconds; then the process ends.
    static let waits: [Int64] = [0, 10, 50, 200, 1_000]

    mutating func decide(_ outcome: NextOutcome) -> NextDecision {
        switch outcome {
        case .answered(200...299, hasRequestID: true):
            failures = 0
            return .deliver
        case .answered(500, _): return .exit(reason: "the Runtime API is in a non-recoverable state (500)")
        case .answered(200...299, _): return again("it told no request id")
        case .answered(let status, _): return again("it answered \(status)")
        case .failed(.interrupted): return .stop
        case .failed(.usage): return .exit(reason: "AWS_LAMBDA_RUNTIME_API is no usable address")
        case .failed(let code): return again("the exchange failed (\(code.rawValue))")
        }
    }

    private mutating func again(_ reason: String) -> NextDecision {
        defer { failures += 1 }
        guard failures < Self.waits.count else {
            return .exit(reason: "the Runtime API gives no invocation: \(reason)")
        }
        return .retry(afterMilliseconds: Self.waits[failures])
    }
}
