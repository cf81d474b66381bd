internal import Codecs
internal import Mail
internal import Platform

/// The folder in which mail ends instead of travelling.
package struct Mailbox: Sendable {
    package let folder: String

    /// - Parameter folder: `.nerdwork` of the project.
    package init(folder: String) {
        self.folder = "\(folder)/mail"
    }

    /// Writes a mail's files, which only their owner may read.
    ///
    /// The name is free when the message's file can be made anew, so that two processes never take the same.
    func store(_ mail: SentMail) throws(LocalError) -> StoredMail {
        try Files.makeFolder(folder)
        let message = try Self.message(mail)
        for number in 1...10_000 {
            let path = "\(folder)/\(Self.stamp(mail.sentAt))-\(mail.template.prefix(64))-\(number)"
            guard !Files.exists("\(path).eml") else { continue }
            do throws(LocalError) {
                try Files.create("\(path).eml", with: message)
            } catch {
                if Files.exists("\(path).eml") { continue }
                throw error
            }
            let stored = StoredMail(mail, path: path)
            try Files.replace(stored.pagePath, with: Array((mail.html ?? "").utf8))
            try Files.replace(stored.textPath, with: Array((mail.text ?? "").utf8))
            // Last, because a mail is listed by it.
            try Files.replace(stored.summaryPath, with: Array((stored.tree.pretty() + "\n").utf8))
            return stored
        }
        throw LocalError(.cannotCreate, "\(folder) is full; remove old mail.")
    }

    /// All mail, the oldest first.
    package func all() throws(LocalError) -> [StoredMail] {
        var mails: [StoredMail] = []
        for name in Files.names(in: folder) where name.hasSuffix(".json") {
            let path = "\(folder)/\(name.dropLast(5))"
            guard let tree = try? JSONTree(parsing: try Files.read("\(folder)/\(name)")),
                let mail = StoredMail(path: path, tree)
            else { continue }
            mails.append(mail)
        }
        return mails.sorted { ($0.sentAt, $0.path) < ($1.sentAt, $1.path) }
    }

    /// The mail whose files have that name; nil where there is none.
    ///
    /// - Parameter name: without a path and without a suffix.
    package func mail(named name: String) throws(LocalError) -> StoredMail? {
        let path = "\(folder)/\(name)"
        guard Files.exists("\(path).json") else { return nil }
        guard let tree = try? JSONTree(parsing: try Files.read("\(path).json")) else { return nil }
        return StoredMail(path: path, tree)
    }

    /// The plain text part.
    package func text(of mail: StoredMail) throws(LocalError) -> String {
        String(decoding: try Files.read(mail.textPath), as: UTF8.self)
    }

    /// The header section of the message, as it stands in its file.
    package func headers(of mail: StoredMail) throws(LocalError) -> String {
        let message = String(decoding: try Files.read(mail.messagePath), as: UTF8.self)
        let end = message.firstRange(of: "\r\n\r\n")?.lowerBound ?? message.endIndex
        return String(message[..<end].replacing("\r\n", with: "\n"))
    }

    private static func message(_ mail: SentMail) throws(LocalError) -> [UInt8] {
        guard let from = Sender(mail.from), let id = EmailAddress("\(mail.messageID)@email.amazonses.com") else {
            throw LocalError(.software, "The mail's sender or id is no address.")
        }
        return MIMEMessage(
            from: from, to: mail.to.compactMap { EmailAddress($0) }, subject: mail.subject, text: mail.text ?? "",
            html: mail.html ?? "", headers: mail.headers.compactMap { MailHeader($0.name, $0.value) },
            date: mail.sentAt,
            messageID: id
        ).bytes
    }

    /// `20261121T061500Z`.
    private static func stamp(_ time: Timestamp) -> String {
        RFC3339.format(time).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
