import Codecs
import Cryptography

/// The secret that a person's authenticator app shares with us, as it is stored.
enum TOTPSeed {
    /// As long as SHA-1's result (RFC 4226, section 4, R6).
    static let byteCount = 20

    /// Encrypts a seed so that it opens for this factor of this user only.
    ///
    /// - Parameter key: the purpose `totp` of the root with `keyID`
    static func seal(
        _ seed: [UInt8], user: UUID, factor: UUID, key: SecretBytes, keyID: Int16
    ) throws(CryptographyError) -> [UInt8] {
        try AESGCM.seal(seed, key: key, context: context(user, factor, keyID))
    }

    /// Throws `.notAuthentic` where the seed belongs to another factor, user or key, or was altered.
    static func open(
        _ sealed: [UInt8], user: UUID, factor: UUID, key: SecretBytes, keyID: Int16
    ) throws(CryptographyError) -> SecretBytes {
        SecretBytes(try AESGCM.open(sealed, key: key, context: context(user, factor, keyID)))
    }

    /// Encrypts a stored seed anew under another key; each key is the purpose `totp` of the root with that id.
    ///
    /// Throws `.notAuthentic` as `open` does.
    static func reseal(
        _ sealed: [UInt8], user: UUID, factor: UUID, from old: (key: SecretBytes, id: Int16),
        to new: (key: SecretBytes, id: Int16)
    ) throws(CryptographyError) -> [UInt8] {
        let seed = try AESGCM.open(sealed, key: old.key, context: context(user, factor, old.id))
        return try seal(seed, user: user, factor: factor, key: new.key, keyID: new.id)
    }

    private static func context(_ user: UUID, _ factor: UUID, _ keyID: Int16) -> [UInt8] {
        let key = UInt16(bitPattern: keyID)
        return Array("totp".utf8) + user.bytes + factor.bytes + [UInt8(key >> 8), UInt8(truncatingIfNeeded: key)]
    }
}
