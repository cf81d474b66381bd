internal import Cryptography

/// A SHA-256 digest as the evidence of the ledger writes it.
package enum Hash {
    /// The 32 zero bytes before the first entry of an account.
    package static let zero = [UInt8](repeating: 0, count: 32)

    /// SHA-256 of the bytes.
    package static func of(_ bytes: [UInt8]) -> [UInt8] {
        SHA256.digest(bytes)
    }
}
