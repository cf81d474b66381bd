import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import ServiceKit

/// A confirmed authenticator of somebody, for which an attempt has been reserved.
struct SecondFactor: Sendable {
    let userID: UUID
    private let stored: FactorStore.StoredSeed
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
        stored = try FactorStore.decodeSeed(row)
        lastStep = try row.decode("last_step")
    }

    /// The proof that a code gives; nil where it is wrong or has been used.
    ///
    /// Throws `AuthKeyError` and `CryptographyError` where the stored seed cannot be opened.
    func verify(_ code: [UInt8], roots: RootKeys, now: Timestamp) throws -> AcceptedStep? {
        let seed = try stored.open(user: userID, roots: roots)
        let last = lastStep < 0 ? nil : UInt64(lastStep)
        guard let step = TOTP.step(matching: code, key: seed, at: now, after: last) else { return nil }
        return AcceptedStep(
            factorID: stored.factorID, step: step, renewed: try stored.renewed(user: userID, roots: roots))
    }
}

/// A code that was right.
struct AcceptedStep: Sendable {
    let factorID: UUID
    let step: UInt64
    /// The seed as it is to be stored from now on; nil where it may stay as it is.
    let renewed: FactorStore.StoredSeed?

    /// Uses the step up, forgets failures, and stores the seed anew where its key is an old one; for the transaction of
    /// what the code allows.
    ///
    /// Fails (`DatabaseError.isOvertaken`) where another request has used it.
    func accept(_ user: UUID) -> [SQL] {
        let accept: SQL = "select auth.accept_step(\(user), \(factorID), \(Int64(clamping: step)))"
        guard let renewed else { return [accept] }
        return [
            accept, "select auth.renew_seed(\(user), \(renewed.factorID), \(renewed.sealed), \(renewed.keyID))",
        ]
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

    /// How many codes are left once this one is used, from the row of `find`; nil where it is none.
    static func left(after found: Row) throws(DatabaseError) -> Int? {
        let (isOne, count): (Bool, Int) = (try found.decode("has_code"), try found.decode("codes_left"))
        return isOne ? count - 1 : nil
    }

    /// Uses it up and forgets failures; for the transaction of what it allows.
    ///
    /// Fails (`DatabaseError.isOvertaken`) where it is none, or another request has used it.
    func accept(now: Timestamp) -> SQL {
        "select auth.accept_recovery_code(\(userID), \(codes), \(now))"
    }
}
