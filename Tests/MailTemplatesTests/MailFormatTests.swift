import Codecs
import Mail
import MailTemplates
import Testing

@Suite("Numbers and times in mail")
struct MailFormatTests {
    private static func text(_ template: MailTemplate, _ locale: MailLocale) throws -> String {
        let settings = try #require(MailSettings(siteURL: MailInspector.site, apiURL: MailInspector.site))
        return template.render(locale: locale, settings: settings).text
    }

    @Test(
        "amounts are grouped as the language does it",
        arguments: [
            ("0", "0", "0"), ("999", "999", "999"), ("1000", "1,000", "1\u{202F}000"),
            ("1234567", "1,234,567", "1\u{202F}234\u{202F}567"), ("-1000", "−1,000", "−1\u{202F}000"),
            ("-100", "−100", "−100"),
            (
                "12345678901234567890123", "12,345,678,901,234,567,890,123",
                "12\u{202F}345\u{202F}678\u{202F}901\u{202F}234\u{202F}567\u{202F}890\u{202F}123"
            ),
        ])
    func amounts(_ digits: String, _ english: String, _ french: String) throws {
        let quantity = try #require(Quantity(digits: digits))
        let digest = MailTemplate.weeklyDigest(
            WeeklyDigestMail(week: 1, supply: quantity, rewardsPerDay: [], topAccounts: []))
        #expect(try Self.text(digest, .english).contains(": \(english)\u{A0}NWT\n"))
        #expect(try Self.text(digest, .french).contains(": \(french)\u{A0}NWT\n"))
    }

    @Test("a quantity is a whole number", arguments: ["", "-", "1.5", "+1", " 1", "1e3", "١", "--1"])
    func noQuantity(_ text: String) {
        #expect(Quantity(digits: text) == nil)
    }

    @Test(
        "times are in UTC and say so",
        arguments: [
            (
                1_772_323_200_000, "1\u{A0}March 2026, 00:00\u{A0}UTC",
                "1er\u{A0}mars 2026 à 0\u{A0}h\u{A0}00\u{A0}(UTC)"
            ),
            (
                1_709_251_199_000, "29\u{A0}February 2024, 23:59\u{A0}UTC",
                "29\u{A0}février 2024 à 23\u{A0}h\u{A0}59\u{A0}(UTC)"
            ),
        ])
    func times(_ milliseconds: Int64, _ english: String, _ french: String) throws {
        let mail = MailTemplate.passwordChanged(
            PasswordChangedMail(occurredAt: Timestamp(millisecondsSince1970: milliseconds)))
        #expect(try Self.text(mail, .english).contains(english))
        #expect(try Self.text(mail, .french).contains(french))
    }

    @Test("an address is shown so that only its owner knows it, and no program makes a link of it")
    func maskedAddress() throws {
        let address = try #require(EmailAddress("ada.obi@www.evil.co.ng"))
        let mail = MailTemplate.emailChanged(
            EmailChangedMail(newAddress: address, occurredAt: Timestamp(millisecondsSince1970: 0)))
        let text = try Self.text(mail, .english)
        #expect(text.contains("New address: a•••@w•••.e•••.c•••.ng\n") && !text.contains("evil"))
    }

    @Test("every template has a name that a tag takes, and a sample; no two have the same")
    func names() {
        let names = MailTemplate.samples.map(\.name)
        #expect(Set(names).count == 21 && names.count == 21)
        #expect(names.allSatisfy { MailTag("template", $0) != nil })
    }
}
