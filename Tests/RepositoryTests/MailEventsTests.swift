internal import AuthService
internal import LambdaEvents
internal import LocalPlatform
internal import Mail
internal import MailTemplates
internal import StrictJSON
import Testing

@testable internal import NotificationService

/// A file of `events/`, and the names of the mails that follow from it, in their order.
struct MailSample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let mails: [String]

    init(_ name: String, _ mails: String...) {
        testDescription = name
        self.mails = mails
    }
}

/// The sample events that notification reads, read by its own pure parts.
@Suite("Sample events that cause mail")
struct MailEventsTests {
    static let samples: [MailSample] = [
        MailSample("email-verification-requested", "verify"), MailSample("sign-up-repeated", "already-registered"),
        MailSample("user-signed-up", "welcome"), MailSample("password-reset-requested", "reset"),
        MailSample("password-changed", "password-changed"), MailSample("new-device-signed-in", "new-device"),
        MailSample("sign-in-locked", "lockout"),
        MailSample("email-change-requested", "email-change-confirm", "email-change-notice"),
        MailSample("email-changed", "email-changed", "email-changed"), MailSample("multi-factor-changed", "mfa-on"),
        MailSample("recovery-code-used", "recovery-code-used"), MailSample("session-revoked", "session-revoked"),
        MailSample("account-deletion-requested", "account-deletion"), MailSample("transfer-posted-tip", "tip-received"),
        MailSample("transfer-posted-purchase", "purchase-receipt"),
        MailSample("ledger-audit-failed", "ledger-audit-failed"), MailSample("ledger-audit-completed", "weekly-digest"),
    ]

    @Test("Each brings the mails that the documentation says, still worth sending tomorrow", arguments: samples)
    func plans(sample: MailSample) throws {
        let event = try Self.event(sample.testDescription)
        let head = try EventHead(event)
        let plan: MailPlan
        switch event.source {
        case AuthEvent.source:
            let kind = try #require(AuthEvent(rawValue: event.detailType))
            // An object in the file; sealed before it is delivered.
            let personal = PersonalDetail(json: try event.detail.optional("sealed"))
            plan = try AuthPlan.make(kind, head, detail: event.detail, personal: personal)
        case TransferPlan.source: plan = try TransferPlan.make(head, detail: event.detail)
        case LedgerPlan.source where event.detailType == LedgerPlan.failed:
            plan = try LedgerPlan.failed(head, detail: event.detail)
        default: plan = try LedgerPlan.completed(head, detail: event.detail)
        }
        #expect(plan.mails.map(\.template.name) == sample.mails)
        for mail in plan.mails { #expect(mail.expiresAt.map { $0 > SampleEventFilesTests.now } ?? true) }
    }

    static let reports: [(String, DeliveryKind)] = [
        ("email-sent", .sent), ("email-delivered", .delivered), ("email-bounced", .bounced),
        ("email-complaint-received", .complained), ("email-rejected", .rejected),
        ("email-delivery-delayed", .delayed), ("email-rendering-failed", .notRendered),
    ]

    @Test("Each report of SES says what its name says, about a message that its tag names", arguments: reports)
    func report(name: String, kind: DeliveryKind) throws {
        let report = try #require(try DeliveryReport(try Self.event(name)))
        #expect(report.kind == kind)
        #expect(report.message != nil && report.sesMessageID != nil)
    }

    @Test(
        "The mail about a password that was retired names the length that auth asks for", arguments: MailLocale.allCases
    )
    func passwordLength(locale: MailLocale) throws {
        let site = "https://nerdwork.example"
        let settings = try #require(MailSettings(siteURL: site, apiURL: site))
        let mail = MailTemplate.multiFactorOff(
            MultiFactorOffMail(passwordRetired: true, occurredAt: SampleEventFilesTests.now))
        let text = mail.render(locale: locale, settings: settings).text
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        #expect(numbers.contains(PasswordPolicy.minimum))
    }

    @Test("None of notification's events is left out")
    func complete() throws {
        let told = Set((Self.samples.map(\.testDescription) + Self.reports.map(\.0)).map { "\($0).json" })
        let events = try Files.names(in: "\(Repository.root)/events").filter { name in
            let event = try Repository.tree("events/\(name)")
            guard let source = event["source"]?.text, event["detail-type"]?.text?.hasPrefix("Sending") == false else {
                return false
            }
            return ["nerdwork.auth", "nerdwork.wallet", "nerdwork.ledger", "aws.ses"].contains(source)
        }
        #expect(Set(events) == told)
    }

    private static func event(_ name: String) throws -> EventBridgeEvent {
        let bytes = try Files.read("\(Repository.root)/events/\(name).json")
        return try EventBridgeEvent(
            json: JSONDocument(parsing: SampleEvent.fill(bytes, now: SampleEventFilesTests.now)).root)
    }
}
