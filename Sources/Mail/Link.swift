/// An address that a mail may point to; only `BaseURL` makes one.
package struct Link: Hashable, Sendable, CustomStringConvertible {
    /// The whole URL: ASCII, percent-encoded.
    package let text: String

    /// Without the secret.
    package let description: String

    init(valid text: String, description: String) {
        self.text = text
        self.description = description
    }
}
