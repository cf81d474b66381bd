import HTTPTransport
import Testing

@testable import AWSClient

@Suite("Decisions after a failed attempt")
struct RetryDecisionTests {
    /// botocore 1.44, `retries/standard.py`: what is tried again, at which price, and the wait with full jitter at 1.
    @Test(
        "A call that may be repeated is tried again for what the SDKs call transient or throttled",
        arguments: [
            (500, nil as String?, RetryDecision.retry(afterMilliseconds: 50, cost: 14)),
            (502, nil, .retry(afterMilliseconds: 50, cost: 14)),
            (503, nil, .retry(afterMilliseconds: 50, cost: 14)),
            (504, nil, .retry(afterMilliseconds: 50, cost: 14)),
            (500, "InternalServiceError", .retry(afterMilliseconds: 50, cost: 14)),
            (400, "RequestTimeout", .retry(afterMilliseconds: 50, cost: 14)),
            (400, "RequestTimeoutException", .retry(afterMilliseconds: 50, cost: 14)),
            (400, "ThrottlingException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "Throttling", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "ThrottledException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "RequestThrottledException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (429, "TooManyRequestsException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "ProvisionedThroughputExceededException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "TransactionInProgressException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "RequestLimitExceeded", .retry(afterMilliseconds: 1_000, cost: 5)),
            (509, "BandwidthLimitExceeded", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "LimitExceededException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "RequestThrottled", .retry(afterMilliseconds: 1_000, cost: 5)),
            (503, "SlowDown", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "PriorRequestNotComplete", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "EC2ThrottledException", .retry(afterMilliseconds: 1_000, cost: 5)),
            (400, "ResourceNotFoundException", .giveUp),
            (400, "InvalidParameterException", .giveUp),
            (403, "AccessDeniedException", .giveUp),
            (404, nil, .giveUp),
            (501, nil, .giveUp),
            (301, nil, .giveUp),
            (403, "RequestTimeTooSkewed", .correctClock),
            (403, "SignatureDoesNotMatch", .correctClock),
            (403, "InvalidSignatureException", .correctClock),
            (403, "RequestExpired", .correctClock),
            (403, "RequestInTheFuture", .correctClock),
            (403, "AuthFailure", .correctClock),
            (400, "ExpiredTokenException", .renewCredentials),
        ])
    func repeatable(status: Int, code: String?, expected: RetryDecision) {
        let failure = AttemptFailure.answer(ServiceFailure(status: status, code: code))
        #expect(RetryDecision.after(failure, situation()) == expected)
    }

    @Test(
        "What must not happen twice is tried again only when the service says that it did not begin",
        arguments: [
            (400, "ThrottlingException" as String?, true), (429, "TooManyRequestsException", true), (429, nil, true),
            (503, "ServiceUnavailable", true), (503, "SlowDown", true), (400, "RequestTimeout", true),
            (500, "InternalFailure", false), (500, nil, false), (502, nil, false), (503, nil, false),
            (504, nil, false), (400, "MessageRejected", false),
        ])
    func unrepeatable(status: Int, code: String?, isRetried: Bool) {
        let failure = AttemptFailure.answer(ServiceFailure(status: status, code: code))
        let decision = RetryDecision.after(failure, situation(isRepeatable: false))
        #expect((decision != .giveUp) == isRetried)
    }

    @Test(
        "Without an answer: again where the request cannot have arrived, and for what may be repeated",
        arguments: [
            (TransportError.Code.resolve, false, true, true), (.connect, false, true, true),
            (.timeout, false, true, true), (.secureChannel, false, true, true),
            (.timeout, true, true, false), (.noResponse, true, true, false), (.truncated, true, true, false),
            (.malformed, true, true, false), (.tooLarge, true, false, false), (.usage, false, false, false),
        ])
    func transport(code: TransportError.Code, received: Bool, repeatable: Bool, unrepeatable: Bool) {
        let failure = AttemptFailure.transport(TransportError(code: code, requestMayHaveBeenReceived: received))
        #expect((RetryDecision.after(failure, situation()) != .giveUp) == repeatable)
        #expect((RetryDecision.after(failure, situation(isRepeatable: false)) != .giveUp) == unrepeatable)
        #expect(failure.error.mayHaveTakenEffect == (received || code == .tooLarge))
    }

    @Test("An idle connection that was dead is replaced at once, and only once")
    func deadConnection() {
        let failure = AttemptFailure.transport(
            TransportError(code: .noResponse, requestMayHaveBeenReceived: true, connectionWasReused: true))
        #expect(RetryDecision.after(failure, situation()) == .reconnect)
        var second = situation()
        second.mayReconnect = false
        #expect(RetryDecision.after(failure, second) == .retry(afterMilliseconds: 50, cost: 14))
        #expect(RetryDecision.after(failure, situation(isRepeatable: false)) == .giveUp)
    }

    @Test("Three attempts, the waits doubling", arguments: [(1, 1_000 as Int64?), (2, 2_000), (3, nil)])
    func attempts(attempt: Int, delay: Int64?) {
        var situation = situation()
        situation.attempt = attempt
        let decision = RetryDecision.after(.answer(ServiceFailure(status: 429, code: nil)), situation)
        #expect(decision == delay.map { .retry(afterMilliseconds: $0, cost: 5) } ?? .giveUp)
    }

    @Test(
        "No wait past the deadline",
        arguments: [(1_019 as Int64, false), (1_020, true), (0, false)])
    func deadline(remaining: Int64, isRetried: Bool) {
        var situation = situation()
        situation.remainingMilliseconds = remaining
        let decision = RetryDecision.after(.answer(ServiceFailure(status: 429, code: nil)), situation)
        #expect((decision != .giveUp) == isRetried)
    }

    /// botocore: `t_i = rand * min(scale * 2 ** (attempt - 1), 20)`; the hint counts between `t_i` and `t_i + 5` s.
    @Test(
        "The wait: full jitter, at most 20 s, and what the service asks for",
        arguments: [
            (1, true, nil as RetryAfter?, 1.0, 1_000 as Int64?), (1, true, nil, 0, 0), (1, true, nil, 0.5, 500),
            (3, true, nil, 1, 4_000), (6, true, nil, 1, 20_000), (60, true, nil, 1, 20_000),
            (1, false, nil, 1, 50), (2, false, nil, 1, 100), (3, false, nil, 0.5, 100),
            (1, true, .hint(milliseconds: 1_500), 0, 1_500), (1, true, .hint(milliseconds: 1_500), 1, 1_500),
            (1, true, .hint(milliseconds: 500), 1, 1_000), (1, true, .hint(milliseconds: 90_000), 0.5, 5_500),
            (1, false, .atLeast(milliseconds: 3_000), 1, 3_000), (1, true, .atLeast(milliseconds: 0), 1, 1_000),
            (1, true, .atLeast(milliseconds: 20_000), 0, 20_000), (1, true, .atLeast(milliseconds: 20_001), 0, nil),
        ])
    func backoff(attempt: Int, isThrottled: Bool, retryAfter: RetryAfter?, jitter: Double, expected: Int64?) {
        let delay = Backoff.milliseconds(
            after: attempt, isThrottled: isThrottled, retryAfter: retryAfter, jitter: jitter)
        #expect(delay == expected)
    }

    @Test("The budget: 35 transient retries or 100 throttled ones, then none; success gives back what it cost")
    func budget() {
        var budget = RetryBudget()
        budget.beginCall()
        let transient = (0..<36).map { _ in budget.take(14) }
        #expect(transient == Array(repeating: true, count: 35) + [false])
        #expect(budget.available == 500 - 35 * 14)
        let throttled = (0..<3).map { _ in budget.take(5) }
        #expect(throttled == [true, true, false])
        budget.succeed()
        #expect(budget.available == 5, "the last one's tokens")
        budget.beginCall()
        budget.succeed()
        #expect(budget.available == 6, "one token for a success at once")
        for _ in 0..<1_000 { budget.succeed() }
        #expect(budget.available == 500)
    }

    private func situation(isRepeatable: Bool = true) -> RetryDecision.Situation {
        RetryDecision.Situation(isRepeatable: isRepeatable, remainingMilliseconds: nil, jitter: 1)
    }
}
