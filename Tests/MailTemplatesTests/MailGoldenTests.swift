import Codecs
import Foundation
import Mail
import MailTemplates
import Testing

/// Compares every mail with the text that was reviewed.
///
/// To renew the files after a wanted change: `NERDWORK_RENEW_GOLDEN=1 swift test --filter MailGoldenTests`, then read
/// the difference before it is committed. The run fails, so that it cannot be taken for a check.
@Suite("Reviewed mails")
struct MailGoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private static let renews = ProcessInfo.processInfo.environment["NERDWORK_RENEW_GOLDEN"] == "1"

    /// One of each kind of block; all mails share the layout.
    private static let withMarkup: Set = ["verify", "welcome", "ledger-audit-failed", "weekly-digest"]

    /// Mails whose words depend on what happened.
    private static let variants: [(String, MailTemplate)] = [
        (
            "mfa-off-password-retired",
            .multiFactorOff(
                MultiFactorOffMail(
                    passwordRetired: true, occurredAt: Timestamp(millisecondsSince1970: 1_795_252_080_000)))
        )
    ]

    @Test("each mail in each language is the one that was reviewed", arguments: MailLocale.allCases)
    func reviewed(_ locale: MailLocale) throws {
        let settings = try #require(MailSettings(siteURL: MailInspector.site, apiURL: MailInspector.site))
        for (sample, template) in MailTemplate.samples.map({ ($0.name, $0) }) + Self.variants {
            let message = template.render(locale: locale, settings: settings)
            let name = "\(sample).\(locale.rawValue)"
            try check("Subject: \(message.subject)\n\n\(message.text)", "\(name).txt")
            if Self.withMarkup.contains(template.name) { try check(message.html, "\(name).html") }
        }
        #expect(!Self.renews, "The files were written anew; read what changed.")
    }

    private func check(_ content: String, _ name: String) throws {
        let file = Self.folder.appending(path: name)
        if Self.renews { try Data(content.utf8).write(to: file) }
        let reviewed = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        #expect(Array(content.utf8) == Array(reviewed.utf8), "\(name) differs from the reviewed file")
    }
}
