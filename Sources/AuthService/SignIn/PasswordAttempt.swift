import AuthKeys
import Codecs
import PostgresClient
import ServiceKit

/// An attempt of somebody who is signed in to show the own password again, counted before the password is hashed.
///
/// With the pauses of signing in, but apart from it: nobody outside can keep the owner from it, and a stolen session
/// does not let its thief guess. After a hundred failures in a row nothing is right any more until the password is reset.
struct PasswordAttempt {
    private let bucket: [UInt8]
    private let now: Timestamp

    /// Throws `AuthKeyError`.
    init(user: UUID, roots: RootKeys, now: Timestamp) throws(AuthKeyError) {
        bucket = try ThrottleKeys(roots).bucket(.confirmation, user.bytes)
        self.now = now
    }

    /// Reserves the attempt; for a transaction that commits before the password is hashed.
    var reserve: SQL {
        """
        select wait_ms, failures, is_told
        from auth.reserve_attempt(\(ThrottleKind.confirmation.rawValue), \(bucket), \(now))
        """
    }

    /// Whether the password may be compared with the stored one, from the row of `reserve`; false: with none.
    ///
    /// Throws `Problem` 429 `throttled`.
    static func demandTurn(_ row: Row) throws -> Bool {
        try Throttle.demandTurn(row)
        return try row.decode("failures", as: Int32.self) < 100
    }

    /// The password was right: for the transaction of what it allows.
    var settle: SQL {
        "select auth.settle_attempt(\(ThrottleKind.confirmation.rawValue), \(bucket), false)"
    }
}
