import MailTemplates
import Testing

@Suite("Languages of mail")
struct MailLocaleTests {
    @Test(
        "a locale's language decides; what is not known is English",
        arguments: [
            ("fr", MailLocale.french), ("fr-CI", .french), ("FR_fr", .french), ("en-GB", .english), ("de", .english),
            ("", .english), ("frr", .english),
        ])
    func language(_ tag: String, _ expected: MailLocale) {
        #expect(MailLocale(tag: tag) == expected)
    }
}
