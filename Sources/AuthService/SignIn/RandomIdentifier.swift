import Codecs
import Cryptography

/// Identifiers that nobody can guess, sorted by the time they were made.
enum RandomIdentifier {
    /// UUID version 8: the time's milliseconds and 74 random bits.
    ///
    /// Throws `.noEntropy`.
    static func make(at time: Timestamp) throws(CryptographyError) -> UUID {
        UUID(time: time, digest: try SecureRandom.bytes(count: 10))
    }
}
