internal import Codecs
internal import LocalPlatform
internal import Mail
internal import MailTemplates

/// The files of `invoke-local mail samples`.
struct MailGallery {
    struct File {
        let name: String
        let content: String
    }

    private let settings: MailSettings
    private let sender: Sender
    private let receiver: EmailAddress

    init() throws(LocalError) {
        guard let settings = MailSettings(siteURL: "https://nerdwork.example", apiURL: "https://api.nerdwork.example"),
            let sender = Sender("Nerdwork+ <no-reply@mail.nerdwork.example>"),
            let receiver = EmailAddress("ada.obi@mail.example")
        else { throw LocalError(.software, "The settings of the samples are wrong.") }
        self.settings = settings
        self.sender = sender
        self.receiver = receiver
    }

    /// The index page first, then each mail as `<template>.<language>.html` and `.eml`.
    var files: [File] {
        [File(name: "index.html", content: index)]
            + MailTemplate.samples.flatMap { template in
                MailLocale.allCases.flatMap { files(template, $0) }
            }
    }

    private func files(_ template: MailTemplate, _ locale: MailLocale) -> [File] {
        let name = "\(template.name).\(locale.rawValue)"
        let message = template.render(locale: locale, settings: settings, unsubscribe: unsubscribe)
        let letter = MIMEMessage(
            message, from: sender, to: receiver, date: Timestamp(millisecondsSince1970: 1_795_252_080_000),
            messageID: receiver)
        return [
            File(name: "\(name).html", content: message.html),
            File(name: "\(name).eml", content: String(decoding: letter.bytes, as: UTF8.self)),
        ]
    }

    private var unsubscribe: Link? {
        LinkSecret("sample").map { settings.api.link("/notifications/unsubscribe/", segment: $0) }
    }

    /// Names of templates and languages are fit for any place in HTML.
    private var index: String {
        let rows = MailTemplate.samples.map { template in
            let links = MailLocale.allCases.map {
                "<td><a href=\"\(template.name).\($0.rawValue).html\">\($0.rawValue)</a></td>"
            }
            return "<tr><th scope=\"row\" align=\"left\">\(template.name)</th>\(links.joined())</tr>"
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
            <title>Nerdwork+ mail</title></head>
            <body style="font-family:sans-serif;margin:32px">
            <h1>Nerdwork+ mail</h1>
            <table cellpadding="6">
            \(rows.joined(separator: "\n"))
            </table>
            </body></html>

            """
    }
}
