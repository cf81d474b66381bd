package import Codecs

/// A password as it is stored: its scrypt hash in PHC form, encrypted with AES-256-GCM.
package struct SealedPassword: Hashable, Sendable {
    /// Nonce, ciphertext and tag.
    package let bytes: [UInt8]
    /// The id of the root whose key encrypted it.
    package let keyID: Int16

    package init(bytes: [UInt8], keyID: Int16) {
        self.bytes = bytes
        self.keyID = keyID
    }
}

/// What checking a password came to.
package enum PasswordCheck: Hashable, Sendable {
    /// The password is right.
    ///
    /// Where `needsSealing`, the stored form is older than what is made today; `PasswordVault.renewed` makes it new.
    case matches(needsSealing: Bool)
    /// It is wrong, or there is none to compare it with; nobody can tell which, nor by how long it took.
    case differs
}

/// A stored password that cannot be compared with anything.
package struct UnreadablePassword: Hashable, Sendable {
    package let userID: UUID
    package let keyID: Int16
    /// Whether it was encrypted by us: then the hash is malformed or its cost out of bounds, and otherwise the key is
    /// gone, or the row altered or moved.
    package let isAuthentic: Bool
}
