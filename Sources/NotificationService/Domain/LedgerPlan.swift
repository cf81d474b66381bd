import Codecs
import Mail
import MailTemplates
import StrictJSON

/// What operators are told about the books.
enum LedgerPlan {
    static let source = "nerdwork.ledger"
    static let failed = "LedgerAuditFailed"
    static let completed = "LedgerAuditCompleted"
    /// More rows than a mail can show or an audit finds kinds of.
    private static let maximumRows = 100

    /// An audit that is not clean: findings, and what could not be looked at.
    static func failed(_ head: EventHead, detail: JSONValue) throws(JSONError) -> MailPlan {
        let counts = try detail.member("counts")
        let mail = LedgerAuditFailedMail(
            findings: try findings(detail), examples: try examples(detail), unfinished: try unfinished(detail),
            accounts: Quantity(try counts.member("accounts").integer()),
            entries: Quantity(try counts.member("entries").integer()),
            transactions: Quantity(try counts.member("transactions").integer()), occurredAt: head.time)
        return plan(.ledgerAuditFailed(mail), head, key: "\(head.id):ledger-audit-failed")
    }

    /// The first clean audit of a week brings the digest; one without figures brings none.
    static func completed(_ head: EventHead, detail: JSONValue) throws(JSONError) -> MailPlan {
        guard let digest = try detail.optional("digest") else { return MailPlan(time: head.time) }
        let week = ISOWeek(of: head.time.day)
        let mail = WeeklyDigestMail(
            week: week.week, supply: try quantity(digest.member("supply")), rewardsPerDay: try rewards(digest),
            topAccounts: try accounts(digest))
        return plan(.weeklyDigest(mail), head, key: "digest:\(week)")
    }

    private static func plan(_ template: MailTemplate, _ head: EventHead, key: String) -> MailPlan {
        var plan = MailPlan(time: head.time)
        plan.mails.append(
            PlannedMail(to: .operators, template: template, locale: .english, expiresAt: nil, dedupeKey: key))
        return plan
    }

    private static func findings(_ detail: JSONValue) throws(JSONError) -> [LedgerAuditFailedMail.Finding] {
        var findings: [LedgerAuditFailedMail.Finding] = []
        for (name, count) in try detail.member("findings").members.prefix(maximumRows) {
            guard let code = UserText(name) else { continue }
            findings.append(.init(code: code, count: Quantity(try count.integer())))
        }
        return findings
    }

    private static func examples(_ detail: JSONValue) throws(JSONError) -> [LedgerAuditFailedMail.Example] {
        var examples: [LedgerAuditFailedMail.Example] = []
        guard let list = try detail.optional("examples") else { return examples }
        for entry in try list.elements.prefix(maximumRows) {
            guard let code = UserText(try entry.member("code").string(maximumBytes: 256)) else { continue }
            examples.append(
                .init(
                    code: code, accounts: try accountNumbers(entry), transaction: try transaction(entry),
                    detail: UserText(
                        try entry.member("detail").string(maximumBytes: 2_048),
                        maximumScalars: LedgerAuditFailedMail.maximumDetail)))
        }
        return examples
    }

    private static func accountNumbers(_ example: JSONValue) throws(JSONError) -> [Int64] {
        var numbers: [Int64] = []
        guard let list = try example.optional("accounts") else { return numbers }
        for entry in try list.elements.prefix(maximumRows) {
            guard let number = Int64(try entry.string(maximumBytes: 32)) else { throw entry.error(.range) }
            numbers.append(number)
        }
        return numbers
    }

    private static func transaction(_ example: JSONValue) throws(JSONError) -> UUID? {
        guard let written = try example.optional("transaction") else { return nil }
        guard let id = UUID(try written.string(maximumBytes: 64)) else { throw written.error(.range) }
        return id
    }

    private static func unfinished(_ detail: JSONValue) throws(JSONError) -> [LedgerAuditFailedMail.Unfinished] {
        var checks: [LedgerAuditFailedMail.Unfinished] = []
        guard let list = try detail.optional("unfinished") else { return checks }
        for entry in try list.elements.prefix(maximumRows) {
            guard let check = UserText(try entry.member("check").string(maximumBytes: 256)),
                let reason = UserText(try entry.member("reason").string(maximumBytes: 2_048), maximumScalars: 200)
            else { continue }
            checks.append(.init(check: check, reason: reason))
        }
        return checks
    }

    private static func rewards(_ digest: JSONValue) throws(JSONError) -> [WeeklyDigestMail.Day] {
        var days: [WeeklyDigestMail.Day] = []
        for entry in try digest.member("rewardsPerDay").elements.prefix(maximumRows) {
            let written = try entry.member("day")
            guard let day = RFC3339.parseDay(try written.utf8(maximumBytes: 16)) else { throw written.error(.range) }
            days.append(
                .init(
                    day: day, amount: try quantity(entry.member("amount")), count: try quantity(entry.member("count"))))
        }
        return days
    }

    private static func accounts(_ digest: JSONValue) throws(JSONError) -> [WeeklyDigestMail.Account] {
        var accounts: [WeeklyDigestMail.Account] = []
        for entry in try digest.member("topAccounts").elements.prefix(maximumRows) {
            guard let name = UserText(try entry.member("account").string(maximumBytes: 256)) else { continue }
            accounts.append(.init(account: name, balance: try quantity(entry.member("balance"))))
        }
        return accounts
    }

    /// A whole number, written as one or, where it may be longer than JSON readers keep exactly, as a text.
    private static func quantity(_ value: JSONValue) throws(JSONError) -> Quantity {
        if value.kind == .number { return Quantity(try value.integer()) }
        guard let quantity = Quantity(digits: try value.string(maximumBytes: 64)) else { throw value.error(.range) }
        return quantity
    }
}
