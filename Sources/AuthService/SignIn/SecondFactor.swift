import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import ServiceKit

/// A confirmed authenticator of somebody, for which an attempt has been reserved.
struct SecondFactor: Sendable {
    let userID: UUID
    let factorID: UUID
    private let sealed: [UInt8]
    private let keyID: Int16
    private let lastStep: Int64

    /// Reserves an attempt of somebody who is signed in; no row where there is no confirmed factor.
    ///
    /// It must have committed before the code is looked at. The counters are those of signing in: after ten failures in
    /// a row each further attempt waits for 15 minutes.
    static func reserve(user: UUID, now: Timestamp) -> SQL {
        """
        select wait_ms, user_id, factor_id, secret_sealed, secret_key, last_step
        from auth.reserve_second_factor(\(user), \(now))
        """
    }

    /// Reads the row of `reserve`.
    ///
    /// Throws `Problem` 429 `throttled`, and `DatabaseError`.
    init(_ row: Row) throws {
        try Throttle.demandTurn(row)
        userID = try row.decode("user_id")
        factorID = try row.decode("factor_id")
        sealed = try row.decode("secret_sealed")
        keyID = try row.decode("secret_key")
        lastStep = try row.decode("last_step")
    }

    /// The proof that a code gives; nil where it is wrong or has been used.
    ///
    /// Throws `AuthKeyError` and `CryptographyError` where the stored seed cannot be opened.
    func verify(_ code: [UInt8], roots: RootKeys, now: Timestamp) throws -> AcceptedStep? {
        let key = try roots.key(for: .totp, id: keyID)
        let seed = try TOTPSeed.open(sealed, user: userID, factor: factorID, key: key, keyID: keyID)
        let last = lastStep < 0 ? nil : UInt64(lastStep)
        guard let step = TOTP.step(matching: code, key: seed, at: now, after: last) else { return nil }
        return AcceptedStep(userID: userID, factorID: factorID, step: Int64(step))
    }
}

/// A code that was right.
struct AcceptedStep: Hashable, Sendable {
    let userID: UUID
    let factorID: UUID
    let step: Int64

    /// Uses the step up and forgets failures; for the transaction of what it allows.
    ///
    /// Fails (`DatabaseError.isOvertaken`) where another request has used it.
    var accept: SQL {
        "select auth.accept_step(\(userID), \(factorID), \(step))"
    }
}

/// A recovery code that somebody shows, as it would be stored.
struct ShownRecoveryCode: Sendable {
    let userID: UUID
    /// One for each root that it may have been stored with.
    let codes: [[UInt8]]

    /// Nil for a text that cannot be one.
    ///
    /// Throws `AuthKeyError`.
    init?(_ text: String, user: UUID, roots: RootKeys) throws(AuthKeyError) {
        guard let code = RecoveryCode(text: text) else { return nil }
        userID = user
        var codes: [[UInt8]] = []
        for id in roots.ids { codes.append(code.mac(user: user, key: try roots.key(for: .recovery, id: id))) }
        self.codes = codes
    }

    /// One row: `has_code`, whether it is one that is left, and `codes_left`, how many there are.
    ///
    /// For the transaction of `SecondFactor.reserve`, behind it.
    var find: SQL {
        "select has_code, codes_left from auth.find_recovery_code(\(userID), \(codes))"
    }

    /// Uses it up and forgets failures; for the transaction of what it allows.
    ///
    /// Fails (`DatabaseError.isOvertaken`) where it is none, or another request has used it.
    func accept(now: Timestamp) -> SQL {
        "select auth.accept_recovery_code(\(userID), \(codes), \(now))"
    }
}
