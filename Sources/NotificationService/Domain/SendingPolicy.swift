/// How long things wait, in milliseconds.
///
/// No environment variable: a deployment could get it wrong, and then mail is lost or sent twice.
package struct SendingPolicy: Sendable {
    /// How long an attempt owns its message.
    ///
    /// Longer than the function's timeout, so that nobody else sends while the owner may still be at it.
    package var lease: Int64 = 300_000
    /// The longest pause before the second attempt; it doubles with each one.
    package var firstBackOff: Int64 = 15_000
    /// The longest pause of all.
    package var longestBackOff: Int64 = 900_000
    /// How often one message tests whether SES sends again.
    package var probeInterval: Int64 = 900_000
    /// How long mail without an end of its own is tried; a suspension may take days.
    package var lifetime: Int64 = 7 * 86_400_000
    /// What an attempt needs of the invocation's time.
    package var attemptReserve: Int64 = 5_000
    /// How many messages one schedule sends at most.
    package var attemptsPerRun = 500
    /// How many rows of each kind one schedule deletes at most.
    package var purgedPerRun: Int32 = 500

    package init() {}

    /// How long to wait after an attempt that failed: exponential with full jitter.
    ///
    /// - Parameters:
    ///   - attempts: how many there were, this one included
    ///   - random: from 0 up to 1
    func backOff(afterAttempts attempts: Int, random: Double) -> Int64 {
        let doublings = min(max(0, attempts - 1), 30)
        let (limit, overflow) = firstBackOff.multipliedReportingOverflow(by: 1 << Int64(doublings))
        return Int64(Double(overflow ? longestBackOff : min(limit, longestBackOff)) * random)
    }
}
