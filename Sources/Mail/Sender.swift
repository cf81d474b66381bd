internal import Codecs

/// Whom mail comes from: `Nerdwork+ <no-reply@mail.nerdwork.example>` or a bare address.
package struct Sender: Hashable, Sendable {
    /// What mail programs show; empty for none.
    package let name: String
    package let address: EmailAddress

    /// The longest display name, in bytes.
    package static let maximumNameBytes = 64

    /// Nil for a name that would need quoting (RFC 5322's atoms and blanks are taken) or an address that is none.
    package init?(_ text: String) {
        guard let open = text.utf8.firstIndex(of: UInt8(ascii: "<")) else {
            guard let address = EmailAddress(text) else { return nil }
            self.name = ""
            self.address = address
            return
        }
        let name = text.utf8[..<open].split(separator: UInt8(ascii: " ")).compactMap { String($0) }
        let joined = name.joined(separator: " ")
        guard text.utf8.last == UInt8(ascii: ">"),
            let address = EmailAddress(String(text[text.utf8.index(after: open)...].dropLast())),
            (1...Self.maximumNameBytes).contains(joined.utf8.count), joined.utf8.allSatisfy(Self.isPlain)
        else { return nil }
        self.name = joined
        self.address = address
    }

    /// As the `From` header has it.
    package var text: String {
        name.isEmpty ? address.text : "\(name) <\(address.text)>"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || " !#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}
