internal import HTTPTransport

/// Why an attempt brought no success.
enum AttemptFailure: Equatable {
    case answer(ServiceFailure)
    case transport(TransportError)

    var classified: FailureClass {
        switch self {
        case .answer(let failure): FailureClass(failure)
        case .transport(let error): FailureClass(error)
        }
    }

    var retryAfter: RetryAfter? {
        if case .answer(let failure) = self { failure.retryAfter } else { nil }
    }

    /// What the caller is told.
    var error: AWSError {
        let kind = classified
        guard case .answer(let failure) = self else {
            return AWSError(kind.code, mayHaveTakenEffect: kind.mayHaveTakenEffect)
        }
        return AWSError(
            kind.code, serviceCode: failure.code, status: failure.status, requestID: failure.requestID,
            mayHaveTakenEffect: kind.mayHaveTakenEffect)
    }
}

/// What to do after a failed attempt.
enum RetryDecision: Equatable {
    case giveUp
    /// Wait, then send again; the retry costs tokens of the budget.
    case retry(afterMilliseconds: Int64, cost: Int)
    /// Send again at once; costs nothing and happens once in a call.
    case reconnect
    /// Set the clock by the service's, then send again.
    case correctClock
    /// Ask for new credentials, then send again.
    case renewCredentials

    static let maximumAttempts = 3
    /// With less time than this, in milliseconds, an attempt is not begun.
    static let shortestAttemptMilliseconds: Int64 = 20

    /// What a call has done so far, as far as it matters.
    struct Situation {
        /// The attempt that failed, counted from 1; what happens at once does not count.
        var attempt = 1
        /// Whether the service may get the request twice without harm.
        var isRepeatable: Bool
        /// nil where there is no deadline.
        var remainingMilliseconds: Int64?
        /// From 0 to 1.
        var jitter: Double
        /// Each happens once in a call.
        var mayReconnect = true
        var mayCorrectClock = true
        var mayRenewCredentials = true
    }

    /// Decides; the caller sees to the budget.
    static func after(_ failure: AttemptFailure, _ situation: Situation) -> RetryDecision {
        let kind = failure.classified
        guard situation.isRepeatable || !kind.mayHaveTakenEffect, hasTime(0, situation) else { return .giveUp }
        switch kind.remedy {
        case .none: return .giveUp
        case .correctClock: return situation.mayCorrectClock ? .correctClock : .giveUp
        case .renewCredentials: return situation.mayRenewCredentials ? .renewCredentials : .giveUp
        case .reconnect where situation.mayReconnect: return .reconnect
        case .reconnect, .tryAgain, .waitAsThrottled: break
        }
        let isThrottled = kind.remedy == .waitAsThrottled
        guard situation.attempt < maximumAttempts,
            let delay = Backoff.milliseconds(
                after: situation.attempt, isThrottled: isThrottled, retryAfter: failure.retryAfter,
                jitter: situation.jitter),
            hasTime(delay, situation)
        else { return .giveUp }
        return .retry(afterMilliseconds: delay, cost: isThrottled ? 5 : 14)
    }

    private static func hasTime(_ delay: Int64, _ situation: Situation) -> Bool {
        guard let remaining = situation.remainingMilliseconds else { return true }
        return remaining - delay >= shortestAttemptMilliseconds
    }
}
