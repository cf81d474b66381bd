import Mail
import MailTemplates
import Testing

@Suite("Injection in mail")
struct MailInjectionTests {
    @Test("hostile text leaves every element, attribute and header as harmless text does")
    func sameTree() throws {
        let harmless = try MailInspector.inspect(HostileValues.mails(HostileValues.harmless))
        let hostile = try MailInspector.inspect(HostileValues.all.flatMap { HostileValues.mails($0) })
        try #require(hostile.count == HostileValues.all.count * harmless.count, "a value was refused")
        for (position, mail) in hostile.enumerated() {
            let model = harmless[position % harmless.count]
            let value = HostileValues.all[position / harmless.count].debugDescription.prefix(80)
            #expect(mail.inspected.tree == model.inspected.tree, "\(mail.name): \(value)")
            #expect(mail.inspected.headers == model.inspected.headers, "\(mail.name): \(value)")
            #expect(mail.inspected.types == model.inspected.types)
            #expect(mail.inspected.defects.isEmpty && mail.inspected.problems.isEmpty)
            #expect(Self.lines(mail) == Self.lines(model), "\(mail.name): \(value)")
        }
    }

    private static func lines(_ mail: RenderedMail) -> Int {
        mail.inspected.text.utf8.count { $0 == 0x0A }
    }

    @Test("no program makes a link of hostile text", arguments: HostileValues.all)
    func nothingLinkable(_ hostile: String) throws {
        let text = try #require(UserText(hostile)).text
        let linkable = [
            /[\p{L}\p{N}]\.[\p{L}]/, /:\/\//, /\p{L}:[^\s]/, /[^\s]@/, /@[^\s]/, /[\u{3002}\u{FF0E}\u{FF61}]/, /\/\//,
        ]
        for pattern in linkable { #expect(!text.contains(pattern), "\(text)") }
    }

    @Test("mail to an address that nobody has proved to own holds no text of a person")
    func unverified() throws {
        let reviewed = try MailInspector.samples().filter { Self.unverified.contains($0.template.name) }
        try #require(reviewed.count == Self.unverified.count * MailLocale.allCases.count)
        for mail in reviewed { #expect(!mail.inspected.tags.contains("bdi"), "\(mail.name)") }
    }

    /// To whoever typed the address; its owner may be somebody else.
    private static let unverified: Set = ["verify", "email-change-confirm"]

    @Test("F63: the subject is the same whatever the values are")
    func constantSubject() throws {
        let settings = try #require(MailSettings(siteURL: MailInspector.site, apiURL: MailInspector.site))
        for locale in MailLocale.allCases {
            let model = HostileValues.mails(HostileValues.harmless).map {
                $0.render(locale: locale, settings: settings)
            }
            for hostile in HostileValues.all {
                let subjects = HostileValues.mails(hostile).map {
                    $0.render(locale: locale, settings: settings).subject
                }
                #expect(subjects == model.map(\.subject))
            }
            let all = MailTemplate.samples.map { $0.render(locale: locale, settings: settings).subject }
            #expect(Set(all).count == all.count && all.allSatisfy { !$0.isEmpty && $0.utf8.count <= 78 })
        }
    }

    @Test("F64: header values are printable ASCII of at most 995 bytes, and there are at most 15")
    func headerLimits() throws {
        for mail in try MailInspector.samples() {
            #expect(mail.message.headers.count <= 15)
            for header in mail.message.headers {
                #expect(header.value.utf8.count <= 995 && header.value.wholeMatch(of: /[ -~]+/) != nil)
                #expect(mail.inspected.header(header.name) == [header.value])
            }
            #expect(mail.inspected.header("Auto-Submitted") == ["auto-generated"])
        }
    }
}
