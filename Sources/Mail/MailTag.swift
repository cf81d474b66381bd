internal import Codecs

/// A name and a value that SES gives back with every event about a mail.
package struct MailTag: Hashable, Sendable {
    package let name: String
    package let value: String

    package static let maximumBytes = 256

    /// Nil for a part that is not 1 to 256 letters, digits, `_` or `-` (`MessageTag` of SES).
    package init?(_ name: String, _ value: String) {
        guard Self.isValid(name), Self.isValid(value) else { return nil }
        self.name = name
        self.value = value
    }

    private static func isValid(_ text: String) -> Bool {
        (1...maximumBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }
}
