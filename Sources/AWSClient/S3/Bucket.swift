internal import Codecs

/// The name of an S3 bucket (S3 user guide, "General purpose bucket naming rules").
package struct Bucket: Hashable, Sendable {
    package let name: String

    /// Nil unless the name has 3 to 63 lower-case letters, digits, hyphens and single dots, and neither begins nor ends
    /// with one of the last two.
    package init?(_ name: String) {
        let labels = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            label.allSatisfy { $0 == 0x2D || ASCII.isDigit($0) || ASCII.isLowercase($0) } && !label.isEmpty
        }
        guard isPlain, (3...63).contains(name.utf8.count), name.utf8.first != 0x2D, name.utf8.last != 0x2D else {
            return nil
        }
        self.name = name
    }

    /// Whether it can stand in a host name that a certificate for all names below S3's covers.
    var isLabel: Bool { !name.utf8.contains(0x2E) }
}
