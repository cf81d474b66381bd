/// What is counted; the numbers stand in the column `auth.throttle.kind`.
enum ThrottleKind: Int16, CaseIterable, Sendable {
    /// Attempts to sign in from one network, right or wrong; the limit is in `auth.reserve_sign_in`.
    case signIn = 1
    /// Attempts from one network that failed; the limit is in `auth.reserve_sign_in`.
    case failedSignIn = 2
    /// Failures in a row to sign in to one account.
    case account = 3
    /// Failures in a row of somebody signed in to show the own password again.
    case confirmation = 4
    /// Refreshes of one session; the limit is in `auth.refresh_session`.
    case refresh = 5
    case signUpFromAddress = 6
    case signUpOfEmail = 7
    case mailToEmailInAMinute = 8
    case mailToEmailInADay = 9
    case mailFromAddress = 10
    case mailedToken = 11
    case breachLookUp = 12
}

/// A token bucket: full at first, one token for each use, refilled evenly.
struct RateLimit: Hashable, Sendable {
    let kind: ThrottleKind
    let capacity: Double
    let refillPerSecond: Double

    /// - Parameters:
    ///   - count: how many uses in `seconds`, all at once where nobody used it for that long
    init(_ kind: ThrottleKind, _ count: Double, inSeconds seconds: Double) {
        self.kind = kind
        capacity = count
        refillPerSecond = count / seconds
    }

    /// Sign-ups from one network: 5 in an hour.
    static let signUpFromAddress = RateLimit(.signUpFromAddress, 5, inSeconds: 3_600)
    /// Sign-ups with one address: 3 in a day.
    static let signUpOfEmail = RateLimit(.signUpOfEmail, 3, inSeconds: 86_400)
    /// Mails that somebody asks for to one address: 1 in a minute and 5 in a day.
    static let mailToEmailInAMinute = RateLimit(.mailToEmailInAMinute, 1, inSeconds: 60)
    static let mailToEmailInADay = RateLimit(.mailToEmailInADay, 5, inSeconds: 86_400)
    /// Mails that one network asks for: 10 in an hour.
    static let mailFromAddress = RateLimit(.mailFromAddress, 10, inSeconds: 3_600)
    /// Tokens from mails that one network shows: 10 in an hour.
    static let mailedToken = RateLimit(.mailedToken, 10, inSeconds: 3_600)
    /// Passwords of somebody without a session that are looked up with a peer, from one network: 20 in an hour.
    static let breachLookUp = RateLimit(.breachLookUp, 20, inSeconds: 3_600)
}
