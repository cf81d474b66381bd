import Codecs

/// Who a person is to every service: an opaque string of 1 to 128 visible ASCII characters (0x21 to 0x7E).
package struct UserID: Hashable, Sendable {
    /// The characters as they came.
    package let text: String

    /// The identifier with these characters; nil when one of them is not visible ASCII or there are none or too many.
    package init?(_ text: String) {
        guard OpaqueIdentifier.isValid(text) else { return nil }
        self.text = text
    }
}
