import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import StrictJSON

/// What its owner may know of a second factor.
struct FactorState: Hashable, Sendable {
    let createdAt: Timestamp
    /// Nil while no code of it was shown.
    let confirmedAt: Timestamp?
    let codesLeft: Int

    /// Reads a row of `FactorStore.state`.
    init(_ row: Row) throws(DatabaseError) {
        createdAt = try row.decode("created_at")
        confirmedAt = try row.decodeIfPresent("confirmed_at")
        codesLeft = try row.decode("codes_left")
    }
}

extension JSONObjectWriter {
    mutating func factorState(_ state: FactorState?) {
        member("enabled", state?.confirmedAt != nil)
        member("pending", state.map { $0.confirmedAt == nil } ?? false)
        optional("created_at", state.map { RFC3339.format($0.createdAt) })
        optional("confirmed_at", state?.confirmedAt.map { RFC3339.format($0) })
        member("recovery_codes_left", state?.codesLeft ?? 0)
    }
}

extension FactorStore.StoredSeed {
    /// Encrypts a seed for a new factor.
    ///
    /// Throws `CryptographyError` and `AuthKeyError`.
    init(_ seed: [UInt8], user: UUID, roots: RootKeys, now: Timestamp) throws {
        let factor = try RandomIdentifier.make(at: now)
        let key = try roots.key(for: .totp, id: roots.currentID)
        self.init(
            factorID: factor,
            sealed: try TOTPSeed.seal(seed, user: user, factor: factor, key: key, keyID: roots.currentID),
            keyID: roots.currentID)
    }

    /// The stored form of today; nil where it is that already.
    ///
    /// Throws `CryptographyError` and `AuthKeyError`.
    func renewed(user: UUID, roots: RootKeys) throws -> Self? {
        let newID = roots.currentID
        guard keyID != newID else { return nil }
        let moved = try TOTPSeed.reseal(
            sealed, user: user, factor: factorID, from: (roots.key(for: .totp, id: keyID), keyID),
            to: (roots.key(for: .totp, id: newID), newID))
        return Self(factorID: factorID, sealed: moved, keyID: newID)
    }

    /// Throws `CryptographyError` and `AuthKeyError`.
    func open(user: UUID, roots: RootKeys) throws -> SecretBytes {
        try TOTPSeed.open(
            sealed, user: user, factor: factorID, key: roots.key(for: .totp, id: keyID), keyID: keyID)
    }
}
