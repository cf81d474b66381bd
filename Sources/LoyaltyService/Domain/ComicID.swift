import Codecs

/// A comic's identifier: 1 to 128 visible ASCII characters, otherwise opaque.
package struct ComicID: Hashable, Sendable {
    /// The identifier as it came.
    package let text: String

    /// Checks the bytes, not the characters: no text that only looks the same is the same comic.
    package init?(_ text: String) {
        guard OpaqueIdentifier.isValid(text) else { return nil }
        self.text = text
    }
}
