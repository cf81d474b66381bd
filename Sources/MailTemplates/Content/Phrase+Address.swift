internal import Mail

extension Phrase {
    /// `a•••@m•••.example`: its owner knows it, an open mailbox gives it to nobody, and no program makes a link of it.
    static func masked(_ address: EmailAddress) -> Phrase {
        let parts = address.text.split(separator: "@")
        let labels = parts.last?.split(separator: ".") ?? []
        let hidden = labels.dropLast().map { $0.prefix(1) + "•••." }.joined()
        return "\(inert: "\(parts.first?.prefix(1) ?? "")•••@\(hidden)\(labels.last ?? "")")"
    }
}
