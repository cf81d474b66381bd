internal import Codecs

/// A header field beyond the ones that every mail has; neither part can hold a line break, so none can begin another.
///
/// The limits are those of SES (`MessageHeader` of API version 2), narrower than RFC 5322's.
package struct MailHeader: Hashable, Sendable {
    /// 1 to 126 visible ASCII characters without a colon.
    package let name: String
    /// 1 to 995 printable ASCII characters.
    package let value: String

    package static let maximumNameBytes = 126
    package static let maximumValueBytes = 995

    /// Nil where either part holds a byte that its grammar has not, or is too long or empty.
    package init?(_ name: String, _ value: String) {
        guard (1...Self.maximumNameBytes).contains(name.utf8.count),
            name.utf8.allSatisfy({ ASCII.isVisible($0) && $0 != UInt8(ascii: ":") }),
            (1...Self.maximumValueBytes).contains(value.utf8.count), value.utf8.allSatisfy(ASCII.isPrintable)
        else { return nil }
        self.init(valid: name, value)
    }

    private init(valid name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Says that no person wrote the mail, so that no absence notice answers it (RFC 3834, section 5).
    package static let autoSubmitted = MailHeader(valid: "Auto-Submitted", "auto-generated")

    /// Says that the address below takes a one-click request (RFC 8058, section 3.1).
    package static let oneClick = MailHeader(valid: "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")

    /// Where a mail program asks to be written to no more (RFC 2369, section 3.2); nil for a link that is too long.
    package static func listUnsubscribe(_ link: Link) -> MailHeader? {
        MailHeader("List-Unsubscribe", "<\(link.text)>")
    }
}
