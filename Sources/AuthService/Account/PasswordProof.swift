import AuthKeys
import Codecs
import PostgresClient
import ServiceKit

/// A caller who has just shown the account's password.
struct PasswordProof {
    let caller: EnteredCaller
    /// Takes the attempt back, which was counted before it was made; for the batch of what the proof was for.
    let settlement: SQL
}

/// Passwords of people who are signed in: each attempt is counted before the password is hashed.
///
/// With the pauses of signing in, so that a stolen session does not let its thief guess, but apart from it: nobody
/// outside can keep the owner from it.
enum PasswordConfirmation {
    /// After so many failures in a row no password is right any more: whoever has it can sign in with it.
    static let maximumFailures: Int32 = 100

    static func reserve(_ bucket: [UInt8], now: Timestamp) -> SQL {
        """
        select wait_ms, failures, is_told
        from auth.reserve_attempt(\(ThrottleKind.confirmation.rawValue), \(bucket), \(now))
        """
    }

    static func settle(_ bucket: [UInt8], isTold: Bool) -> SQL {
        "select auth.settle_attempt(\(ThrottleKind.confirmation.rawValue), \(bucket), \(isTold))"
    }

    static let password: SQL = """
        select password_sealed, password_key from auth.users where user_id = auth.current_user_id()
        """

    static func decodePassword(_ row: Row) throws(DatabaseError) -> SealedPassword? {
        guard let bytes: [UInt8] = try row.decodeIfPresent("password_sealed") else { return nil }
        return SealedPassword(bytes: bytes, keyID: try row.decode("password_key"))
    }
}

extension AuthService {
    /// Lets the caller prove who they are by their password: one scrypt and one round trip, one more where it is wrong.
    ///
    /// - Parameters:
    ///   - demand: what the caller's session must be good for
    ///   - refusal: thrown where the password is wrong
    /// - Throws: `Problem` 429 after too many wrong ones, and what `asCaller` throws.
    func provePassword(
        _ password: Password, _ signedIn: SignedInRequest, demand: Entry.Demand = .living, refusal: Problem
    ) throws -> PasswordProof {
        let roots = try currentKeys(signedIn.context).roots
        let bucket = try ThrottleKeys(roots).bucket(.confirmation, signedIn.caller.userID.bytes)
        let (caller, results) = try asCaller(
            signedIn.caller, signedIn.context, demand: demand,
            [PasswordConfirmation.reserve(bucket, now: signedIn.time), PasswordConfirmation.password])
        let attempt = try results[0].only()
        try Throttle.demandTurn(attempt)
        let isOpen = try attempt.decode("failures", as: Int32.self) < PasswordConfirmation.maximumFailures
        let stored = isOpen ? try PasswordConfirmation.decodePassword(results[1].only()) : nil
        let vault = passwordVault(roots, signedIn.context)
        guard case .matches = try vault.check(password, against: stored, of: caller.userID) else {
            _ = try asCaller(signedIn.caller, signedIn.context, [signedIn.entry(.reauthenticated, .failure).insert])
            throw refusal
        }
        let isTold: Bool = try attempt.decode("is_told")
        return PasswordProof(caller: caller, settlement: PasswordConfirmation.settle(bucket, isTold: isTold))
    }
}
