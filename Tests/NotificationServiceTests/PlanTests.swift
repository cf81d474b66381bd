import Codecs
import LambdaEvents
import Mail
import MailTemplates
import StrictJSON
import Testing

@testable import NotificationService

@Suite("What mail follows from an event")
struct PlanTests {
    static let id = "01920000-0000-8000-8000-000000000001"
    static let personal = """
        {"address":"ada@mail.example","name":"Ada","token":"token-1","device":"Firefox","place":"Lagos",
         "newAddress":"new@mail.example","oldAddress":"old@mail.example","confirmToken":"c-1","cancelToken":"c-2",
         "userId":"ada"}
        """
    /// Everything that any event of auth has.
    static let detail = """
        {"id":"\(id)","locale":"fr","occurredAt":1795252080000,"userId":"ada","expiresAt":1795255680000,
         "purgeAt":1797844080000,"enabled":true,"remaining":3,"reason":"refresh_reuse","signupId":"s",
         "unknown":{"member":[1]}}
        """

    static func head(_ detail: String) throws -> (EventHead, JSONValue) {
        let detail = try JSONDocument(parsing: detail).root
        let event = EventBridgeEvent(
            id: "e", source: "s", detailType: "t", time: Timestamp(millisecondsSince1970: 0), detail: detail)
        return (try EventHead(event), detail)
    }

    static func plan(_ event: AuthEvent, personal: String? = personal, detail: String = detail) throws -> MailPlan {
        let (head, detail) = try head(detail)
        return try AuthPlan.make(
            event, head, detail: detail,
            personal: PersonalDetail(json: try personal.map { try JSONDocument(parsing: $0).root }))
    }

    /// The contract with auth: which mail, to whom, under which key.
    static let authTable: [(AuthEvent, [String])] = [
        (.emailVerificationRequested, ["verify ada@"]), (.signUpRepeated, ["already-registered:ada:498681 ada@"]),
        (.userSignedUp, ["welcome ada@"]), (.passwordResetRequested, ["reset ada@"]),
        (.passwordChanged, ["password-changed ada@"]), (.newDeviceSignedIn, ["new-device ada@"]),
        (.signInLocked, ["lockout ada@"]),
        (.emailChangeRequested, ["email-change-confirm new@", "email-change-notice old@"]),
        (.emailChanged, ["email-changed:1 new@", "email-changed:2 old@"]), (.multiFactorChanged, ["mfa-on ada@"]),
        (.recoveryCodeUsed, ["recovery-code-used ada@"]), (.sessionRevoked, ["session-revoked ada@"]),
        (.accountDeletionRequested, ["account-deletion ada@"]),
    ]

    @Test("each event of auth has its mails", arguments: authTable)
    func auth(event: AuthEvent, expected: [String]) throws {
        let plan = try Self.plan(event)
        let mails = plan.mails.map { mail in
            guard case .address(let address) = mail.to else { return "\(mail.dedupeKey) nobody" }
            return "\(mail.dedupeKey.replacing(Self.id + ":", with: "")) \(address.text.split(separator: "@")[0])@"
        }
        #expect(mails == expected)
        #expect(plan.mails.allSatisfy { $0.locale == .french })
        // A sign-up with somebody's address is told once an hour, whatever its event.
        #expect(plan.mails.allSatisfy { $0.dedupeKey.hasPrefix(Self.id + ":") } == (event != .signUpRepeated))
        #expect(plan.time.millisecondsSince1970 == 1_795_252_080_000)
        #expect(Self.authTable.map(\.0) == AuthEvent.allCases)
    }

    @Test("without a sealed address the user's own is looked up, where the event names one")
    func lookedUp() throws {
        for event in [AuthEvent.passwordChanged, .signInLocked, .multiFactorChanged, .sessionRevoked] {
            let plan = try Self.plan(event, personal: nil)
            #expect(plan.mails.map(\.to) == [.user("ada")])
        }
        let anonymous = #"{"id":"\#(Self.id)","expiresAt":1,"enabled":true}"#
        #expect(throws: JSONError.self) { try Self.plan(.passwordChanged, personal: nil, detail: anonymous) }
        #expect(throws: JSONError.self) { try Self.plan(.userSignedUp, personal: #"{"name":"Ada"}"#) }
    }

    @Test(
        "a request about an address that nobody is to be written to brings no mail",
        arguments: [AuthEvent.emailVerificationRequested, .passwordResetRequested, .signUpRepeated])
    func nobody(event: AuthEvent) throws {
        for personal in [nil, "{}", #"{"address":"","token":"t","padding":"000"}"#] {
            let plan = try Self.plan(event, personal: personal)
            #expect(plan.mails.isEmpty && plan.change == nil)
        }
        #expect(throws: JSONError.self) { try Self.plan(event, personal: #"{"address":7,"token":"t"}"#) }
    }

    @Test("guesses at an address without account bring no mail, and end in no queue of dead letters")
    func guessesAtNobody() throws {
        let plan = try Self.plan(.signInLocked, personal: #"{"address":"","padding":"000"}"#)
        #expect(plan.mails.isEmpty && plan.change == nil)
        #expect(throws: JSONError.self) { try Self.plan(.signInLocked, personal: #"{"address":7}"#) }
    }

    @Test("who signs up again and again with somebody's address causes one mail an hour")
    func repeatedSignUp() throws {
        let keys = try [1_795_252_080_000, 1_795_254_000_000, 1_795_255_200_000].map { time in
            let detail = Self.detail
                .replacing("1795252080000", with: "\(time)").replacing(
                    Self.id, with: "\(Self.id.dropLast())\(time % 7)")
            return try Self.plan(.signUpRepeated, detail: detail).mails.map(\.dedupeKey)
        }
        #expect(keys[0] == keys[1])
        #expect(keys[1] != keys[2])
    }

    @Test("links end, notices do not; sign-up and change keep the address, deletion forgets it")
    func consequences() throws {
        for (event, _) in Self.authTable {
            let plan = try Self.plan(event)
            let isLink = [.emailVerificationRequested, .passwordResetRequested, .emailChangeRequested].contains(event)
            #expect(plan.mails.allSatisfy { ($0.expiresAt != nil) == isLink }, "\(event)")
            switch (event, plan.change) {
            case (.userSignedUp, .keep("ada", let address, .french)):
                #expect(address.text == "ada@mail.example")
            case (.emailChanged, .keep("ada", let address, .french)): #expect(address.text == "new@mail.example")
            case (.accountDeletionRequested, .forget("ada", _, .french, let end)):
                #expect(end.millisecondsSince1970 == 1_797_844_080_000)
            case (.userSignedUp, _), (.emailChanged, _), (.accountDeletionRequested, _): Issue.record("\(event)")
            default: #expect(plan.change == nil)
            }
        }
        let off = Self.detail.replacing("\"enabled\":true", with: "\"enabled\":false")
        #expect(try Self.plan(.multiFactorChanged, detail: off).mails.map(\.template.name) == ["mfa-off"])
        let asked = Self.detail.replacing("refresh_reuse", with: "signed_out")
        #expect(try Self.plan(.sessionRevoked, detail: asked).mails.isEmpty)
    }

    @Test(
        "the mail about a removed factor knows whether the password went with it; events that do not say it are read",
        arguments: [("", false), (#","passwordRetired":false"#, false), (#","passwordRetired":true"#, true)])
    func retiredPassword(member: String, isRetired: Bool) throws {
        let detail = Self.detail.replacing(#""enabled":true"#, with: #""enabled":false"# + member)
        let mail = try #require(try Self.plan(.multiFactorChanged, detail: detail).mails.first)
        guard case .multiFactorOff(let off) = mail.template else {
            Issue.record("\(mail.template.name)")
            return
        }
        #expect(off.passwordRetired == isRetired)
        let wrong = Self.detail.replacing(#""enabled":true"#, with: #""enabled":false,"passwordRetired":1"#)
        #expect(throws: JSONError.self) { try Self.plan(.multiFactorChanged, detail: wrong) }
    }

    @Test(
        "84: what breaks the form is refused, whatever it is",
        arguments: [
            ("address", "\"a@b@c.example\""), ("address", "\"a@b.example\\r\\nBcc: x@y.example\""), ("address", "7"),
            ("address", "\"a@b.example\\u0000\""), ("token", "\"a b\""), ("token", "\"#x\""), ("token", "null"),
        ])
    func malformed(name: String, value: String) throws {
        let other = name == "address" ? #""token":"t""# : #""address":"ada@mail.example""#
        #expect(throws: JSONError.self) {
            try Self.plan(.passwordResetRequested, personal: "{\"\(name)\":\(value),\(other)}")
        }
    }

    @Test("84: another version is refused as such; a detail without an id as malformed")
    func versions() throws {
        #expect(throws: EventDetailError.unsupportedVersion) { try Self.head(#"{"id":"\#(Self.id)","version":2}"#) }
        #expect(throws: JSONError.self) { try Self.head(#"{"version":1}"#) }
        #expect(throws: JSONError.self) { try Self.head(#"{"id":"e-1"}"#) }
    }

    static let transferTable: [(String, [String])] = [
        ("TIP", ["tip:2 bob", "tip:3 eve"]), ("PURCHASE", ["purchase:1 ada"]),
        ("REVERSAL", ["reversal:1 ada", "reversal:2 bob", "reversal:3 eve"]),
        ("GRANT", ["grant:2 bob", "grant:3 eve"]),
    ]

    @Test("of a transfer they hear whom it gives something, and who paid has a receipt", arguments: transferTable)
    func transfers(type: String, expected: [String]) throws {
        let (head, detail) = try Self.head(
            """
            {"id":"\(Self.id)","transactionId":"\(Self.id)","type":"\(type)","amount":50,"parties":[
             {"userId":"ada","amount":-50},{"userId":"bob","amount":45},{"userId":"eve","amount":5}]}
            """)
        let mails = try TransferPlan.make(head, detail: detail).mails.map { mail in
            guard case .user(let user) = mail.to else { return "nobody" }
            let parts = mail.dedupeKey.split(separator: ":")
            return "\(parts[1].split(separator: "-")[0]):\(parts[2]) \(user)"
        }
        #expect(mails == expected)
    }

    @Test("operators get the findings of an audit, and one digest in a week")
    func operators() throws {
        let (head, detail) = try Self.head(
            """
            {"id":"\(Self.id)","occurredAt":1795252080000,"counts":{"accounts":1,"entries":2,"transactions":3},
             "findings":{"balance_mismatch":2},"unfinished":[{"check":"chains","reason":"no time"}],
             "examples":[{"code":"balance_mismatch","accounts":["17","9223372036854775807"],
                          "transaction":"\(Self.id)","detail":"stored 107, entries give 100"},
                         {"code":"net_not_zero","detail":"the balances sum to 7"}],
             "digest":{"supply":"123456789012345678901","rewardsPerDay":[{"day":"2026-11-20","amount":5,"count":1}],
             "topAccounts":[{"account":"wallet:ada","balance":7}]}}
            """)
        let failed = try LedgerPlan.failed(head, detail: detail)
        #expect(failed.mails.map(\.to) == [.operators])
        guard case .ledgerAuditFailed(let mail)? = failed.mails.first?.template else {
            Issue.record("no mail")
            return
        }
        #expect(mail.findings.map(\.code.text) == ["balance_mismatch"] && mail.unfinished.count == 1)
        #expect(mail.examples.map(\.accounts) == [[17, .max], []])
        #expect(mail.examples.map { $0.transaction?.description } == [Self.id, nil])
        #expect(mail.examples.map { $0.detail?.text } == ["stored 107, entries give 100", "the balances sum to 7"])
        let (_, damaged) = try Self.head(
            """
            {"id":"\(Self.id)","counts":{"accounts":1,"entries":2,"transactions":3},"findings":{},
             "examples":[{"code":"balance_mismatch","accounts":["wallet:ada"],"detail":"7"}]}
            """)
        #expect(throws: JSONError.self) { try LedgerPlan.failed(head, detail: damaged) }
        let digest = try LedgerPlan.completed(head, detail: detail)
        #expect(digest.mails.map(\.dedupeKey) == ["digest:2026-W47"])
        let (bare, nothing) = try Self.head(#"{"id":"\#(Self.id)"}"#)
        #expect(try LedgerPlan.completed(bare, detail: nothing).mails.isEmpty)
    }
}
