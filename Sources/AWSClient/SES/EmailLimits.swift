internal import Codecs

/// What SES says a message may have (API reference: `MessageHeader`, `MessageTag`, `EmailContent`).
enum EmailLimits {
    /// SES's own limit is 40 MB in the API; a mail of ours is far below, and clients cut at 102 KB.
    static let bodyBytes = 1 << 20
    /// An address (64 before the `@`, 255 behind it), and as much again for the display name.
    static let mailboxBytes = 640
    static let subjectBytes = 998
    static let headers = 15
    static let tags = 50

    /// Which limit the message breaks, in words without a value; nil where it keeps all.
    static func violation(of email: OutgoingEmail) -> String? {
        if let broken = addressViolation(email) { return broken }
        guard (1...subjectBytes).contains(email.subject.utf8.count), isOneLine(email.subject) else {
            return "the subject is empty, too long or has a line break"
        }
        guard !email.text.isEmpty, email.text.utf8.count + email.html.utf8.count <= bodyBytes else {
            return "the text is empty or the bodies are too long"
        }
        guard email.headers.count <= headers, email.headers.allSatisfy(isHeader) else {
            return "there are too many header fields, or one is not allowed"
        }
        guard email.tags.count <= tags, email.tags.allSatisfy({ isTag($0.name) && isTag($0.value) }) else {
            return "there are too many tags, or one is not allowed"
        }
        guard email.configurationSet.map({ isTag($0) && $0.utf8.count <= 64 }) ?? true else {
            return "the configuration set's name is not allowed"
        }
        return nil
    }

    private static func addressViolation(_ email: OutgoingEmail) -> String? {
        // Without SMTPUTF8 and with 7-bit addresses: SES takes ASCII, a display name is encoded by then.
        for (address, whose) in [(email.from, "sender's"), (email.to, "recipient's")] {
            guard (3...mailboxBytes).contains(address.utf8.count), address.utf8.contains(0x40),
                address.utf8.allSatisfy(ASCII.isPrintable)
            else { return "the \(whose) address is not allowed" }
        }
        return nil
    }

    /// Name `[!-9;-@A-~]+` up to 126, value `[ -~]*` up to 995 characters.
    private static func isHeader(_ field: (name: String, value: String)) -> Bool {
        (1...126).contains(field.name.utf8.count)
            && field.name.utf8.allSatisfy { ASCII.isVisible($0) && $0 != 0x3A }
            && field.value.utf8.count <= 995 && field.value.utf8.allSatisfy(ASCII.isPrintable)
    }

    /// One to 256 letters, digits, underscores and hyphens.
    private static func isTag(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                ASCII.isLetterOrDigit(byte) || byte == 0x2D || byte == 0x5F
            }
    }

    private static func isOneLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
