import Codecs
import Mail
import ServiceKit
import StrictJSON

/// An address as an account is known by it.
///
/// The part before the `@` is printable ASCII, as SES takes no other; the domain may be an internationalised one.
/// No provider's habits are folded: `a.b@` and `ab@` are two accounts.
struct EmailIdentity: Hashable, Sendable {
    /// As it was typed, without blanks at the ends.
    let display: String
    /// What mail is sent to: the local part as it was typed, the domain in its ASCII form.
    let mailbox: String
    /// The one form of all spellings of the address: ASCII, in lower case.
    let canonical: String

    /// The longest text that is looked at, in bytes: an internationalised domain is shorter in ASCII than in UTF-8.
    private static let maximumBytes = 320

    /// Reads what a person typed.
    ///
    /// - Parameter pointer: the member's place in the body (RFC 6901)
    /// - Throws: `Problem` 422 `invalid_email`.
    init(_ text: String, at pointer: String = "/email") throws(Problem) {
        guard let identity = Self.read(text) else { throw Self.refusal(pointer) }
        self = identity
    }

    /// The same from a member of a body; 422 where it is no text.
    init(json value: JSONValue, at pointer: String = "/email") throws(Problem) {
        let text: String
        do throws(JSONError) {
            text = try value.string(maximumBytes: Self.maximumBytes)
        } catch {
            throw error.code == .range ? Self.refusal(pointer) : Problem(error)
        }
        try self.init(text, at: pointer)
    }

    private init(display: String, mailbox: EmailAddress) {
        self.display = display
        self.mailbox = mailbox.text
        canonical = mailbox.canonical
    }

    /// What limits are counted by: without a tag behind `+`, which costs its owner nothing.
    var rateLimitForm: String {
        let parts = canonical.utf8.split(separator: UInt8(ascii: "@"))
        guard parts.count == 2, let plus = parts[0].firstIndex(of: UInt8(ascii: "+")), plus > parts[0].startIndex
        else { return canonical }
        return "\(Substring(parts[0][..<plus]))@\(Substring(parts[1]))"
    }

    private static func read(_ text: String) -> EmailIdentity? {
        guard text.utf8.count <= maximumBytes else { return nil }
        let display = trimmed(text)
        let parts = display.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, let domain = asciiDomain(Substring(parts[1])),
            let mailbox = EmailAddress("\(Substring(parts[0]))@\(domain)")
        else { return nil }
        return EmailIdentity(display: String(display), mailbox: mailbox)
    }

    private static func trimmed(_ text: String) -> Substring {
        var bytes = text.utf8[...]
        while bytes.first == 0x20 { bytes.removeFirst() }
        while bytes.last == 0x20 { bytes.removeLast() }
        return Substring(bytes)
    }

    private static func asciiDomain(_ text: Substring) -> String? {
        var labels: [DomainLabel] = []
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let label = DomainLabel(Substring(part)) else { return nil }
            labels.append(label)
        }
        guard !labels.contains(where: \.isRightToLeft) || labels.allSatisfy(\.beginsWithLetter) else { return nil }
        return labels.map(\.ascii).joined(separator: ".")
    }

    private static func refusal(_ pointer: String) -> Problem {
        .unprocessable("invalid_email", pointer: pointer, code: "invalid")
    }
}
