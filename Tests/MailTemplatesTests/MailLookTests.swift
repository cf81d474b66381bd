import Codecs
import Mail
import MailTemplates
import Testing

@Suite("How a mail looks")
struct MailLookTests {
    @Test("markup needs nothing from elsewhere, and only elements that mail programs show")
    func elements() throws {
        let known: Set = [
            "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "p", "h1", "h2", "a",
            "br", "bdi",
        ]
        let attributes: Set = [
            "lang", "dir", "charset", "name", "content", "class", "style", "role", "width", "cellpadding",
            "cellspacing", "border", "align", "href", "scope", "aria-label",
        ]
        for mail in try MailInspector.samples() {
            #expect(known.isSuperset(of: mail.inspected.tags), "\(mail.name)")
            #expect(attributes.isSuperset(of: mail.inspected.attributes), "\(mail.name)")
            for style in mail.inspected.styles {
                #expect(!style.contains("url") && !style.contains("@import") && !style.contains("expression"))
            }
        }
    }

    @Test("text can be read on its background in the light and the dark look (WCAG 2.2, 1.4.3)")
    func contrast() throws {
        for mail in try MailInspector.samples() {
            #expect(mail.inspected.darkRules >= 8)
            for ratio in mail.inspected.contrast { #expect(ratio >= 4.5, "\(mail.name): \(ratio)") }
        }
    }

    @Test("the language is declared, and no program cuts the mail for its size")
    func languageAndSize() throws {
        for mail in try MailInspector.samples() {
            #expect(mail.message.html.contains("<html lang=\"\(mail.locale.rawValue)\" dir=\"ltr\">"))
            #expect(mail.message.html.contains("<meta name=\"color-scheme\" content=\"light dark\">"))
            #expect(mail.message.html.utf8.count < 60_000, "\(mail.name)")
            #expect(!mail.inspected.preview.isEmpty)
        }
    }

    @Test("French has narrow no-break spaces before high punctuation, and no straight apostrophes")
    func frenchTypography() throws {
        for mail in try MailInspector.samples() {
            for text in mail.inspected.blocks + mail.inspected.preview + [mail.message.text] {
                #expect(!text.contains("'"), "\(mail.name): \(text)")
                guard mail.locale == .french else { continue }
                #expect(!text.contains(/[ \u{A0}][;:!?»]/), "\(mail.name): \(text)")
                #expect(!text.contains(/\p{L}[!?;:](\s|$)/), "\(mail.name): \(text)")
            }
        }
    }

    @Test("the largest report stays far below the size at which Gmail cuts a mail")
    func largest() throws {
        let text = try #require(UserText(String(repeating: "<", count: 63) + "x"))
        let detail = UserText(
            String(repeating: "<x", count: 1_000), maximumScalars: LedgerAuditFailedMail.maximumDetail)
        let example = LedgerAuditFailedMail.Example(
            code: text, accounts: Array(repeating: .min, count: 500), transaction: UUID(high: .max, low: .max),
            detail: detail)
        let many = LedgerAuditFailedMail(
            findings: Array(repeating: .init(code: text, count: Quantity(.min)), count: 5_000),
            examples: Array(repeating: example, count: 5_000),
            unfinished: Array(repeating: .init(check: text, reason: text), count: 5_000), accounts: Quantity(.max),
            entries: Quantity(.max), transactions: Quantity(.max), occurredAt: .init(millisecondsSince1970: .max))
        let settings = try #require(MailSettings(siteURL: MailInspector.site, apiURL: MailInspector.site))
        let message = MailTemplate.ledgerAuditFailed(many).render(locale: .french, settings: settings)
        #expect(message.html.utf8.count < 102_000)
    }
}
