package import AWSClient

/// What becomes of a claimed event.
package enum OutboxVerdict: Hashable, Sendable {
    /// The bus has it.
    case published
    /// It waits for another attempt.
    case again(code: String, afterMilliseconds: Int64)
    /// It is given up, until an operator revives it.
    case dead(code: String)
}

extension OutboxVerdict {
    /// An event is given up when it was tried that often and is that old; neither alone is enough.
    package static let maximumAttempts: Int32 = 10
    package static let maximumAgeMilliseconds: Int64 = 24 * 3_600_000
    /// The longest wait between two attempts: 15 minutes.
    package static let maximumDelayMilliseconds: Int64 = 15 * 60_000
    private static let firstDelayMilliseconds: Int64 = 1_000

    /// Refusals that concern the event itself, so that no later attempt can succeed.
    ///
    /// Source: EventBridge API reference, `PutEventsResultEntry`. `AccessDeniedException` and
    /// `InvalidAccountIdException` stand there too, but concern the caller: an operator mends its rights, and what
    /// waited goes out.
    private static let refusals: Set<String> = [
        "InvalidArgument", "MalformedDetail", "RedactionFailure", "NotAuthorizedForSourceException",
        "NotAuthorizedForDetailTypeException", "NotAuthorizedForSource", "NotAuthorizedForDetailType",
    ]

    /// Judges what EventBridge said about one entry.
    ///
    /// - Parameter random: a number from 0 to 1
    package static func about(_ result: EventEntryResult, _ event: ClaimedEvent, random: Double) -> OutboxVerdict {
        switch result {
        case .success: .published
        case .failure(let code) where refusals.contains(code): .dead(code: code)
        case .failure(let code): later(code, event, random: random)
        }
    }

    /// Judges a call that brought no result for the entry: whether the bus has it may be unknown, so it is sent again.
    ///
    /// However clear the refusal: a call is refused for the caller's rights and settings as well, and those must not
    /// empty the outbox.
    package static func about(_ error: AWSError, _ event: ClaimedEvent, random: Double) -> OutboxVerdict {
        later(error.serviceCode ?? error.code.rawValue, event, random: random)
    }

    /// Exponential with full jitter, so that events that failed together do not come back together.
    private static func later(_ code: String, _ event: ClaimedEvent, random: Double) -> OutboxVerdict {
        if event.attempts >= maximumAttempts, event.ageMilliseconds >= maximumAgeMilliseconds {
            return .dead(code: code)
        }
        let doublings = min(max(0, event.attempts - 1), 20)
        let longest = min(maximumDelayMilliseconds, firstDelayMilliseconds << Int64(doublings))
        return .again(code: code, afterMilliseconds: Int64(Double(longest) * min(max(random, 0), 1)))
    }
}

/// A claimed event and what becomes of it.
package struct Settlement: Sendable {
    package let event: ClaimedEvent
    package let verdict: OutboxVerdict

    package init(_ event: ClaimedEvent, _ verdict: OutboxVerdict) {
        self.event = event
        self.verdict = verdict
    }
}
