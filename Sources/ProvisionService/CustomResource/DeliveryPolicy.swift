package import HTTPTransport

/// Decides what follows an attempt to deliver the answer; pure.
package enum DeliveryPolicy {
    /// What came of an attempt.
    package enum Outcome: Sendable, Equatable {
        case status(Int)
        case failed(TransportError.Code)
    }

    package enum Step: Sendable, Equatable {
        case delivered
        case giveUp
        case tryAgain(afterMilliseconds: Int64)
    }

    /// How often the answer is sent; sending it twice is harmless, CloudFormation takes the first.
    static let maximumAttempts = 6
    /// The longest that one attempt may take, in milliseconds.
    static let attemptMilliseconds: Int64 = 5_000

    /// - Parameters:
    ///   - attempt: the number of the attempt that has ended, from 1.
    ///   - remainingMilliseconds: what is left of the invocation.
    package static func step(after outcome: Outcome, attempt: Int, remainingMilliseconds: Int64) -> Step {
        if case .status(200...299) = outcome { return .delivered }
        guard mayPass(outcome), attempt < maximumAttempts else { return .giveUp }
        // 200, 400, 800, 1600, 3200 ms.
        let pause: Int64 = 100 << Int64(min(attempt, 5))
        return pause + 100 < remainingMilliseconds ? .tryAgain(afterMilliseconds: pause) : .giveUp
    }

    /// Whether the same request may succeed later.
    ///
    /// A refused signature (403) or a missing bucket (404) stays so.
    private static func mayPass(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .status(let status): status >= 500 || status == 408 || status == 429
        case .failed(let code): code != .usage && code != .interrupted
        }
    }
}
