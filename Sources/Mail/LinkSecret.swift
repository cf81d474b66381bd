internal import Codecs

/// A one-time secret that a link carries; it prints as nothing.
package struct LinkSecret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The secret itself; for the link only.
    package let text: String

    /// The longest secret, in bytes.
    package static let maximumBytes = 512

    /// Nil for anything but 1 to 512 of the characters that a URL holds unchanged (RFC 3986, 2.3).
    ///
    /// One at least is a letter or a digit: `.` and `..` would be read as steps of a path.
    package init?(_ text: String) {
        guard (1...Self.maximumBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ ASCII.isLetterOrDigit($0) || "-._~".utf8.contains($0) }),
            text.utf8.contains(where: ASCII.isLetterOrDigit)
        else { return nil }
        self.text = text
    }

    package var description: String { "(secret)" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
