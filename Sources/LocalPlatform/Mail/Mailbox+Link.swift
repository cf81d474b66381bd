extension Mailbox {
    /// The secret in the fragment of the link in the newest mail of a kind to that address; nil where there is none.
    ///
    /// - Parameter kind: the mail's tag `template`, such as `verify`.
    package func secret(inMail kind: String, to address: String) throws(LocalError) -> String? {
        let mail = try all().last { mail in
            mail.to.contains { $0.utf8.elementsEqual(address.utf8) }
                && mail.tags.contains { $0.name == "template" && $0.value == kind }
        }
        guard let mail, let start = try text(of: mail).firstRange(of: "#token=") else { return nil }
        let text = try text(of: mail)
        return String(text[start.upperBound...].prefix { !$0.isWhitespace })
    }
}
