/// A password's hash with everything that checking it again needs.
package struct PasswordHash: Sendable {
    package let cost: ScryptCost
    let salt: [UInt8]
    let hash: [UInt8]
    let bounds: ScryptBounds

    /// Length of the salt that `SecureRandom` should give, in bytes.
    package static let saltBytes = 16
    private static let hashBytes = 32

    init(cost: ScryptCost, salt: [UInt8], hash: [UInt8], bounds: ScryptBounds) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
        self.bounds = bounds
    }

    /// Hashes a password: 32 bytes by scrypt.
    ///
    /// Any bytes are a password, also none and zeros; but zeros at the end of one of less than 64 bytes make no difference,
    /// because HMAC fills its key up with them (RFC 2104, section 2). Throws `.costOutOfBounds` and `.invalidLength` where the cost or
    /// the salt is outside the bounds, `.libraryFailure`.
    package init(
        hashing password: SecretBytes, salt: [UInt8], cost: ScryptCost = .standard,
        within bounds: ScryptBounds = .standard
    ) throws(CryptographyError) {
        let hash = try Scrypt.derive(
            from: password, salt: salt, cost: cost, count: Self.hashBytes, within: bounds)
        self.init(cost: cost, salt: salt, hash: unsafe hash.withBytes { unsafe Array($0) }, bounds: bounds)
    }

    /// Whether the password is the hashed one; takes the same time wherever the hashes differ.
    ///
    /// Throws `.libraryFailure`.
    package func matches(_ password: SecretBytes) throws(CryptographyError) -> Bool {
        let derived = try Scrypt.derive(
            from: password, salt: salt, cost: cost, count: hash.count, within: bounds)
        return derived.equals(hash)
    }
}
