/// Why a cryptographic function gave no result; says nothing about keys or messages.
package enum CryptographyError: Error, Sendable {
    /// The operating system gave no random bytes.
    case noEntropy
    /// A key, nonce or message has a length that the function does not take.
    case invalidLength
    /// The bytes are not what the holder of the key made: altered, cut short, or made with another key or context.
    case notAuthentic
    /// The library refused sound arguments, which means that it could not get memory.
    case libraryFailure
}
