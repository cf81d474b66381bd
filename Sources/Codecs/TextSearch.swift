extension String {
    /// Whether the text holds another one, byte for byte; an empty one is held by every text.
    ///
    /// Instead of `contains(_: String)`, which belongs to the regular expressions' module: a static executable that
    /// calls it carries all of that, half a megabyte in the zip.
    package func containsText(_ other: String) -> Bool {
        let text = Array(utf8)
        let wanted = Array(other.utf8)
        guard wanted.count <= text.count else { return false }
        return (0...text.count - wanted.count).contains { start in
            text[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
