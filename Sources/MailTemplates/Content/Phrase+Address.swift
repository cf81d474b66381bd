internal import Mail

extension Phrase {
    /// An address with most of its local part hidden: its owner knows it, nobody learns it from an open mailbox.
    static func masked(_ address: EmailAddress) -> Phrase {
        let parts = address.text.split(separator: "@")
        let shown = UserText("\(parts[0].prefix(1))•••@\(parts[1])", maximumScalars: EmailAddress.maximumBytes)
        return shown.map { "\($0)" } ?? "•••"
    }
}
