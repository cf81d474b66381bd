/// When Lambda tries an event again that it took asynchronously, and when it gives it up.
///
/// Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation". After a function
/// error there are up to two further attempts, one minute and two minutes later. An event that was throttled comes back
/// after a second, then after twice as long each time up to five minutes, and that counts as no attempt.
package struct AsynchronousRetry: Sendable {
    /// Seconds between a function error and the second attempt; the other delays are in proportion to AWS's.
    package let seconds: Double

    package static let secondsInAWS: Double = 60

    package init(seconds: Double) {
        self.seconds = max(0, seconds)
    }

    package enum Verdict: Sendable, Equatable {
        case succeeded
        /// The function failed, was killed or took too long.
        case failed
        /// It did not come to an invocation.
        case throttled
    }

    package enum Step: Sendable, Equatable {
        case done
        case again(afterMilliseconds: Int64)
        /// `RetriesExhausted` or `EventAgeExceeded`, as the record for the destination says it.
        case givenUp(condition: String)
    }

    /// How an invocation ended.
    package static func verdict(of result: InvocationResult) -> Verdict {
        guard case .failure(let body) = result.outcome else { return .succeeded }
        let type = (try? JSONTree(parsing: body))?["errorType"]?.text
        return type == "TooManyRequestsException" ? .throttled : .failed
    }

    /// - Parameters:
    ///   - failures: attempts so far that ended with a function error, this one included.
    ///   - throttles: how often it was throttled in a row, this time included.
    ///   - ageMilliseconds: time since the event was taken.
    package func step(
        after verdict: Verdict, failures: Int, throttles: Int, ageMilliseconds: Int64, of function: TemplateFunction
    ) -> Step {
        if verdict == .succeeded { return .done }
        if verdict == .failed, failures > function.maximumRetryAttempts {
            return .givenUp(condition: "RetriesExhausted")
        }
        let delay = verdict == .failed ? Int64(failures) * inProportion(60) : throttleDelay(throttles)
        let latest = Int64(function.maximumEventAgeSeconds) * 1000
        return ageMilliseconds + delay > latest
            ? .givenUp(condition: "EventAgeExceeded") : .again(afterMilliseconds: delay)
    }

    /// Not below 50 ms: a full function would be asked again and again otherwise.
    package func throttleDelay(_ throttles: Int) -> Int64 {
        max(50, inProportion(min(300, Double(1 << min(max(0, throttles - 1), 9)))))
    }

    /// Milliseconds for what takes that many seconds in AWS.
    package func inProportion(_ secondsInAWS: Double) -> Int64 {
        Int64(min(secondsInAWS * seconds / Self.secondsInAWS * 1000, 86_400_000))
    }
}
