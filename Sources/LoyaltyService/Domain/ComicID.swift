/// A comic's identifier: 1 to 128 visible ASCII characters, otherwise opaque.
package struct ComicID: Hashable, Sendable {
    /// The identifier as it came.
    package let text: String

    /// Checks the bytes, not the characters: no text that only looks the same is the same comic.
    package init?(_ text: String) {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.text = text
    }
}
