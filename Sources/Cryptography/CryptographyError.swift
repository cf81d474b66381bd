/// A cryptographic function failed, which with sound arguments means that the library could not get memory or entropy.
package enum CryptographyError: Error, Sendable {
    /// The operating system gave no random bytes.
    case noEntropy
}
