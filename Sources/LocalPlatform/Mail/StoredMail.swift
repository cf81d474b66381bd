package import Codecs
internal import StrictJSON

/// A mail as it lies in `.nerdwork/mail/`: three files with one name.
package struct StoredMail: Sendable, Equatable {
    /// Path without the suffix.
    package let path: String
    package let messageID: String
    package let sentAt: Timestamp
    package let from: String
    package let to: [String]
    package let subject: String
    package let configurationSet: String?
    package let tags: [Tag]

    package struct Tag: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// The message as it would travel (RFC 5322).
    package var messagePath: String { "\(path).eml" }
    /// What a mail program shows.
    package var pagePath: String { "\(path).html" }
    /// The plain text part.
    package var textPath: String { "\(path).txt" }
    /// What is known about it.
    var summaryPath: String { "\(path).json" }

    /// The object that `--json` shows.
    package var tree: JSONTree {
        .object([
            .init(name: "to", value: .array(to.map { .string($0) })), .init(name: "from", value: .string(from)),
            .init(name: "subject", value: .string(subject)), .init(name: "messageId", value: .string(messageID)),
            .init(name: "sentAt", value: .string(RFC3339.format(sentAt))),
            .init(name: "configurationSet", value: configurationSet.map { .string($0) } ?? .null),
            .init(
                name: "tags", value: .object(tags.map { .init(name: $0.name, value: .string($0.value)) })),
            .init(name: "file", value: .string(messagePath)),
        ])
    }
}

extension StoredMail {
    init(_ mail: SentMail, path: String) {
        self.init(
            path: path, messageID: mail.messageID, sentAt: mail.sentAt, from: mail.from, to: mail.to,
            subject: mail.subject, configurationSet: mail.configurationSet,
            tags: mail.tags.map { Tag(name: $0.name, value: $0.value) })
    }

    /// Reads a summary file; nil where it is none.
    init?(path: String, _ tree: JSONTree) {
        guard let messageID = tree["messageId"]?.text, let subject = tree["subject"]?.text,
            let sentAt = tree["sentAt"]?.text.flatMap({ RFC3339.parse($0.utf8) })
        else { return nil }
        self.init(
            path: path, messageID: messageID, sentAt: sentAt, from: tree["from"]?.text ?? "",
            to: (tree["to"]?.elements ?? []).compactMap(\.text), subject: subject,
            configurationSet: tree["configurationSet"]?.text,
            tags: (tree["tags"]?.members ?? []).map { Tag(name: $0.name, value: $0.value.text ?? "") })
    }
}
