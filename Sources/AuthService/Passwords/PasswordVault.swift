package import AuthKeys
package import Codecs
package import Cryptography

/// Makes passwords into what is stored, and compares them with it.
///
/// Scrypt (RFC 7914) makes guessing dear, the encryption makes it hopeless without the keys, which the database does not
/// have; the user's id is authenticated with it, so that nobody can move a password to another row.
package struct PasswordVault {
    private let roots: RootKeys
    private let cost: ScryptCost
    private let bounds: ScryptBounds
    private let report: (UnreadablePassword) -> Void

    /// - Parameters:
    ///   - cost: of new hashes; another than `.standard` is for tests and benchmarks, and lifts the bounds that stored
    ///     hashes have to keep
    ///   - report: called with a stored password that cannot be read, which somebody should look into
    package init(
        roots: RootKeys, cost: ScryptCost = .standard, report: @escaping (UnreadablePassword) -> Void
    ) {
        self.roots = roots
        self.cost = cost
        bounds = cost == .standard ? .standard : .weakForTests
        self.report = report
    }

    /// Hashes and encrypts a password for one account, which is bound to it: one scrypt.
    ///
    /// Throws `CryptographyError`, `AuthKeyError`.
    package func seal(_ password: Password, for userID: UUID) throws -> SealedPassword {
        let salt = try SecureRandom.bytes(count: PasswordHash.saltBytes)
        return try wrap(PasswordHash(hashing: password.secret, salt: salt, cost: cost, within: bounds).phc, userID)
    }

    /// Compares a password with the stored one: exactly one scrypt, whatever is stored.
    ///
    /// - Parameter sealed: nil where there is no such account or it has no password; then, and where it cannot be read,
    ///   the password is hashed against a decoy of the same cost, so that it takes as long, and differs.
    /// - Throws: `CryptographyError` where the machine cannot hash.
    package func check(
        _ password: Password, against sealed: SealedPassword?, of userID: UUID
    ) throws -> PasswordCheck {
        // What stands for none is opened like any other, to take as long.
        let opened = open(sealed ?? unreadable, userID)
        let stored = opened.flatMap { PasswordHash(phc: $0, within: bounds) }
        if stored == nil, let sealed {
            report(UnreadablePassword(userID: userID, keyID: sealed.keyID, isAuthentic: opened != nil))
        }
        guard let hash = stored ?? PasswordHash(phc: decoyText, within: bounds) else {
            throw CryptographyError.costOutOfBounds
        }
        guard try hash.matches(password.secret), stored != nil, let sealed else { return .differs }
        return .matches(needsSealing: sealed.keyID != roots.currentID || hash.cost != cost)
    }

    /// The stored form of today for a password that `check` has just found right; no scrypt where only the key is old.
    ///
    /// Throws `CryptographyError`, `AuthKeyError`.
    package func renewed(
        _ sealed: SealedPassword, _ password: Password, of userID: UUID
    ) throws -> SealedPassword {
        guard let hash = open(sealed, userID).flatMap({ PasswordHash(phc: $0, within: bounds) }), hash.cost == cost
        else {
            return try seal(password, for: userID)
        }
        return try wrap(hash.phc, userID)
    }

    private func wrap(_ phc: [UInt8], _ userID: UUID) throws -> SealedPassword {
        let keyID = roots.currentID
        let bytes = try AESGCM.seal(
            phc, key: roots.key(for: .password, id: keyID), context: Self.binding(userID, keyID))
        return SealedPassword(bytes: bytes, keyID: keyID)
    }

    /// The PHC text; nil where the key is gone, or one bit of the stored bytes, the user or the key's id is not the same.
    private func open(_ sealed: SealedPassword, _ userID: UUID) -> [UInt8]? {
        guard let key = try? roots.key(for: .password, id: sealed.keyID) else { return nil }
        return try? AESGCM.open(sealed.bytes, key: key, context: Self.binding(userID, sealed.keyID))
    }

    private static func binding(_ userID: UUID, _ keyID: Int16) -> [UInt8] {
        let number = UInt16(bitPattern: keyID)
        return userID.bytes + Array("pwd".utf8) + [UInt8(number >> 8), UInt8(number & 0xFF)]
    }
}

extension PasswordVault {
    /// What stands in for a hash where there is none: random bytes, of which nobody knows a password.
    private var decoyText: [UInt8] {
        Array(
            """
            $scrypt$ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallelism)\
            $WNTPPS0547iWmpclV6lHoQ$wHBng8ayvJtwXOSa2IKBSZ64lOqZka7AFHuKjZl0Fu8
            """.utf8)
    }

    /// A stored password of which nobody knows the text, bound to an id that is no user's: what is compared where an
    /// account has none, at exactly the same cost.
    ///
    /// Throws `CryptographyError`, `AuthKeyError`.
    func decoy(for pseudonym: UUID) throws -> SealedPassword {
        try wrap(decoyText, pseudonym)
    }

    /// As many bytes as a stored password has.
    private var unreadable: SealedPassword {
        SealedPassword(
            bytes: Array(repeating: 0, count: AESGCM.overheadBytes + decoyText.count), keyID: roots.currentID)
    }
}
