/// Why a cryptographic function gave no result; says nothing about keys or messages.
package enum CryptographyError: Error, Sendable {
    /// The operating system gave no random bytes.
    case noEntropy
    /// A key, nonce or message has a length that the function does not take.
    case invalidLength
    /// The bytes are not what the holder of the key made: altered, cut short, or made with another key or context.
    case notAuthentic
    /// The parameters of a password hash ask for less or more work than the bounds allow.
    case costOutOfBounds
    /// The bytes are no key, or one that must not be used: too short, of a wrong kind, or with a known weakness.
    case unusableKey
    /// The library refused sound arguments, which means that it could not get memory.
    case libraryFailure
}
