package import Codecs

/// Identifiers that nobody can guess, sorted by the time they were made.
package enum RandomIdentifier {
    /// UUID version 8: the time's milliseconds and 74 random bits.
    ///
    /// Throws `.noEntropy`.
    package static func make(at time: Timestamp) throws(CryptographyError) -> UUID {
        UUID(time: time, digest: try SecureRandom.bytes(count: 10))
    }
}
