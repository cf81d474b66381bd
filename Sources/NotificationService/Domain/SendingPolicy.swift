import Codecs

/// How long things wait, in milliseconds.
///
/// No environment variable: a deployment could get it wrong, and then mail is lost or sent twice.
package struct SendingPolicy: Sendable {
    /// How long an attempt owns its message.
    ///
    /// Longer than the function's timeout, so that nobody else sends while the owner may still be at it.
    package var lease: Int64 = 300_000
    /// The longest lease, of a message that SES may have got several times.
    package var longestLease: Int64 = 6 * 3_600_000
    /// The longest pause before the second attempt; it doubles with each one.
    package var firstBackOff: Int64 = 15_000
    /// The longest pause of all.
    package var longestBackOff: Int64 = 900_000
    /// How often one message tests whether SES sends again.
    package var probeInterval: Int64 = 900_000
    /// How long mail without an end of its own is tried; a suspension may take days.
    package var lifetime: Int64 = 7 * 86_400_000
    /// How long mail that guards an account waits for an address that is not known yet, from its event on.
    ///
    /// As long as the bus may take to deliver the sign-up that tells the address; later it would alarm somebody about
    /// old news.
    package var securityWait: Int64 = 86_400_000
    /// How long other mail waits for it: what it tells of a wallet stays worth knowing.
    package var otherWait: Int64 = 7 * 86_400_000
    /// How many mails wait for one user's address at most; what comes on top is given up.
    package var unaddressedPerUser: Int32 = 20
    /// How many users' waiting mail one schedule addresses at most.
    package var addressedPerRun = 500
    /// What an attempt needs of the invocation's time.
    package var attemptReserve: Int64 = 5_000
    /// How many messages one schedule sends at most.
    package var attemptsPerRun = 500
    /// How many rows of each kind one schedule deletes at most.
    package var purgedPerRun: Int32 = 500

    package init() {}

    /// When mail stops waiting for an address.
    ///
    /// - Parameter time: when its event happened; a sender's clock that is fast makes nothing wait longer
    func end(ofWaitFor purpose: MailPurpose, since time: Timestamp, now: Timestamp) -> Timestamp {
        min(time, now).advanced(byMilliseconds: purpose == .security ? securityWait : otherWait)
    }

    /// How long to wait after an attempt that failed: exponential with full jitter.
    ///
    /// - Parameters:
    ///   - attempts: how many there were, this one included
    ///   - random: from 0 up to 1
    func backOff(afterAttempts attempts: Int, random: Double) -> Int64 {
        Int64(Double(Self.doubled(firstBackOff, attempts - 1, upTo: longestBackOff)) * random)
    }

    /// How long to wait for SES's word on a message that it may have: where answer and reports are lost again and again,
    /// copies become rare.
    ///
    /// - Parameter attempts: how many there were, this one included
    func lease(afterAttempts attempts: Int) -> Int64 {
        Self.doubled(lease, attempts - 1, upTo: longestLease)
    }

    private static func doubled(_ first: Int64, _ times: Int, upTo longest: Int64) -> Int64 {
        let (product, overflow) = first.multipliedReportingOverflow(by: 1 << Int64(min(max(0, times), 30)))
        return overflow ? longest : min(product, longest)
    }
}
