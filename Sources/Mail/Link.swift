/// An address that a mail may point to; only `BaseURL` makes one.
package struct Link: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The whole URL: ASCII, percent-encoded.
    package let text: String

    /// Without the secret.
    package let description: String

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    init(valid text: String, description: String) {
        self.text = text
        self.description = description
    }
}
