import Codecs
import Foundation
import Mail
import MailTemplates
import Testing

/// What Python's standard library reads in a mail: a parser that shares nothing with what wrote it.
struct InspectedMail: Decodable {
    let headers: [[String]]
    let defects: [String]
    let types: [String]
    let text: String
    let markup: String
    let tree: String
    let tags: [String]
    let attributes: [String]
    let links: [String]
    let styles: [String]
    let blocks: [String]
    let preview: [String]
    let problems: [String]
    let darkRules: Int
    let contrast: [Double]
    let longestLine: Int
    let strayBreaks: Int

    func header(_ name: String) -> [String] {
        headers.filter { $0[0] == name }.map { $0[1] }
    }
}

/// A template in a language, and what came of it.
struct RenderedMail {
    let template: MailTemplate
    let locale: MailLocale
    let message: MailMessage
    let inspected: InspectedMail

    var name: String { "\(template.name).\(locale.rawValue)" }
}

enum MailInspector {
    static let site = "https://nerdwork.example"

    /// Every sample in every language; read once for all tests.
    static func samples() throws -> [RenderedMail] {
        try inspectedSamples.get()
    }

    private static let inspectedSamples = Result { try inspect(MailTemplate.samples) }

    /// Renders each template in each language and has all of them read by one process.
    static func inspect(_ templates: [MailTemplate]) throws -> [RenderedMail] {
        let settings = try #require(MailSettings(siteURL: site, apiURL: "https://api.nerdwork.example"))
        let secret = try #require(LinkSecret("u1"))
        let unsubscribe = settings.api.link("/notifications/unsubscribe/", segment: secret)
        let mails = templates.flatMap { template in
            MailLocale.allCases.map { locale in
                (template, locale, template.render(locale: locale, settings: settings, unsubscribe: unsubscribe))
            }
        }
        let inspected = try run(mails.map { try letter($0.2) })
        try #require(inspected.count == mails.count)
        return zip(mails, inspected).map {
            RenderedMail(template: $0.0, locale: $0.1, message: $0.2, inspected: $1)
        }
    }

    static func letter(_ message: MailMessage) throws -> [UInt8] {
        MIMEMessage(
            message, from: try #require(Sender("Nerdwork+ <no-reply@mail.nerdwork.example>")),
            to: try #require(EmailAddress("ada.obi@mail.example")),
            date: Timestamp(millisecondsSince1970: 1_795_252_080_000),
            messageID: try #require(EmailAddress("019a9f3c@mail.nerdwork.example"))
        ).bytes
    }

    private static func run(_ letters: [[UInt8]]) throws -> [InspectedMail] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nerdwork-mail-\(Foundation.UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var list = ""
        for (number, letter) in letters.enumerated() {
            let file = folder.appending(path: "\(number).eml")
            try Data(letter).write(to: file)
            list += file.path + "\n"
        }
        let names = folder.appending(path: "names")
        try Data(list.utf8).write(to: names)
        return try JSONDecoder().decode([InspectedMail].self, from: try output(reading: names))
    }

    private static func output(reading names: URL) throws -> Data {
        let python = Process()
        let pipe = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "inspect-mail.py")
        python.arguments = ["python3", script.path]
        python.standardInput = try FileHandle(forReadingFrom: names)
        python.standardOutput = pipe
        try python.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0, "python3 is needed; scripts/setup installs it")
        return output
    }
}
