internal import Codecs
internal import LocalPlatform
internal import LocalRuntimeAPI
internal import StrictJSON

/// The mailbox for the page.
struct ConsoleMail {
    let mailbox: Mailbox

    static let maximumMails = 1_000

    /// The newest first.
    ///
    /// Names begin with the time, so that only those are read that are shown.
    func list(_ target: ConsoleTarget) throws(LocalError) -> Answer {
        guard let limit = target.number("limit", in: 1...Self.maximumMails, default: 200) else {
            throw LocalError(.data, "limit is no such number.")
        }
        let names = Files.names(in: mailbox.folder).filter { $0.hasSuffix(".json") }.sorted(by: >)
        let mails = names.lazy.compactMap { try? self.mail(String($0.dropLast(5))) }.prefix(limit)
        let sorted = mails.sorted { ($0.sentAt, $0.path) > ($1.sentAt, $1.path) }
        return .object { object in
            object.member("count", names.count)
            object.array("mails") { list in
                for mail in sorted { list.object { Self.write(mail, to: &$0) } }
            }
        }
    }

    func one(_ id: String) throws(LocalError) -> Answer {
        let mail = try mail(id)
        let text = try mailbox.text(of: mail)
        let headers = try mailbox.headers(of: mail)
        return .object { object in
            Self.write(mail, to: &object)
            object.member("text", text)
            object.member("headers", headers)
        }
    }

    /// What a mail program would show; its links open tabs, because it is shown in a frame.
    func page(_ id: String) throws(LocalError) -> Answer {
        let mail = try mail(id)
        let bytes = try Files.read(mail.pagePath)
        guard !bytes.isEmpty else { return .mail(Array("<!doctype html><title>This mail is text only</title>".utf8)) }
        let page = String(decoding: bytes, as: UTF8.self)
        let target = #"<base target="_blank">"#
        guard let head = page.firstRange(of: "<head>") else { return .mail(Array((target + page).utf8)) }
        return .mail(Array((page[..<head.upperBound] + target + page[head.upperBound...]).utf8))
    }

    /// The mail of a file's name, which cannot lead out of the folder.
    ///
    /// Throws `.noInput` where there is none.
    private func mail(_ id: String) throws(LocalError) -> StoredMail {
        let isName = id.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || "-_.".utf8.contains($0) }
        guard isName, (1...200).contains(id.utf8.count), !id.hasPrefix(".") else {
            throw LocalError(.noInput, "There is no such mail.")
        }
        guard let mail = try mailbox.mail(named: id) else { throw LocalError(.noInput, "There is no such mail.") }
        return mail
    }

    private static func write(_ mail: StoredMail, to object: inout JSONObjectWriter) {
        object.member("id", mail.consoleID)
        object.member("subject", mail.subject)
        object.member("from", mail.from)
        object.member("to", mail.to)
        object.member("sentAt", mail.sentAt.millisecondsSince1970)
        object.member("template", mail.template)
    }
}

extension StoredMail {
    /// The name of its files.
    var consoleID: String { String(path.split(separator: "/").last ?? "") }
    /// What kind of mail it is.
    var template: String { tags.first { $0.name == "template" }?.value ?? "" }
}
