/// Identifiers that other services make and ours only compare: of readers, of comics.
package enum OpaqueIdentifier {
    /// Whether the text is 1 to 128 visible ASCII characters (0x21 to 0x7E).
    ///
    /// Bytes are looked at, not characters, so that no text that only looks the same is the same identifier.
    package static func isValid(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
