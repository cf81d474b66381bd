/// An address that a mail may point to; only `BaseURL` makes one.
package struct Link: Hashable, Sendable, CustomStringConvertible {
    /// The whole URL: ASCII, percent-encoded.
    package let text: String

    init(valid text: String) {
        self.text = text
    }

    /// Without the query and the fragment, which may hold a secret.
    package var description: String {
        String(text.prefix { $0 != "#" && $0 != "?" })
    }
}
