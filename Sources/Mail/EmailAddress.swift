internal import Codecs

/// An address that mail may be sent to: printable ASCII, one `@`, nothing that a header or a list could be made of.
///
/// SES takes no other local parts (it has no SMTPUTF8), so that stricter rules than RFC 5321's lose nobody.
package struct EmailAddress: Hashable, Sendable {
    /// As it was given.
    package let text: String

    /// The longest address, in bytes (RFC 5321, 4.5.3.1.3 less the angle brackets).
    package static let maximumBytes = 254

    /// Nil for anything that is not a dot-atom, an `@` and a host name with at least one dot.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maximumBytes, parts.count == 2,
            Self.isLocalPart(parts[0]), Self.isDomain(parts[1])
        else { return nil }
        self.text = text
    }

    /// The form in which two spellings of one address are equal: ASCII letters in lower case, nothing else folded.
    package var canonical: String {
        ASCII.lowercased(text)
    }

    private static func isLocalPart(_ bytes: Substring.UTF8View) -> Bool {
        bytes.count <= 64
            && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy(isAtomText)
            }
    }

    /// RFC 5322's atext without `%` and `!`, which once routed mail.
    private static func isAtomText(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || "#$&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomain(_ bytes: Substring.UTF8View) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return bytes.count <= 253 && labels.count >= 2 && labels.allSatisfy(isLabel)
            && labels.last.map(isTopLevel) == true
    }

    /// Letters only, or an internationalised name in its ASCII form (RFC 3696, section 2).
    private static func isTopLevel(_ label: Substring.UTF8View.SubSequence) -> Bool {
        label.count >= 2 && (isInternationalised(label) || label.allSatisfy(ASCII.isLetter))
    }

    private static func isInternationalised(_ label: Substring.UTF8View.SubSequence) -> Bool {
        label.count > 4 && label.prefix(4).map { $0 | 0x20 }.elementsEqual("xn--".utf8)
    }

    private static func isLabel(_ label: Substring.UTF8View.SubSequence) -> Bool {
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            // Two hyphens there are kept for internationalised names (RFC 5891, section 4.2.3.1).
            && (!label.dropFirst(2).prefix(2).elementsEqual("--".utf8) || isInternationalised(label))
    }
}
