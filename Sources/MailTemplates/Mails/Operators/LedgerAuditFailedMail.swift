package import Codecs
package import Mail

/// Tells operators that the books did not pass their audit, or could not be read to the end.
package struct LedgerAuditFailedMail: Sendable, MailBody {
    /// A kind of finding and how often it occurs.
    package struct Finding: Sendable {
        package let code: UserText
        package let count: Quantity

        package init(code: UserText, count: Quantity) {
            self.code = code
            self.count = count
        }
    }

    /// A check that did not run to its end, and why.
    package struct Unfinished: Sendable {
        package let check: UserText
        package let reason: UserText

        package init(check: UserText, reason: UserText) {
            self.check = check
            self.reason = reason
        }
    }

    /// One thing that is wrong, so that whoever reads the mail knows where to look first.
    package struct Example: Sendable {
        package let code: UserText
        /// Identifiers of accounts.
        package let accounts: [Int64]
        package let transaction: UUID?
        /// What was expected and what was there.
        package let detail: UserText?

        package init(code: UserText, accounts: [Int64], transaction: UUID?, detail: UserText?) {
            self.code = code
            self.accounts = accounts
            self.transaction = transaction
            self.detail = detail
        }
    }

    package let findings: [Finding]
    package let examples: [Example]
    package let unfinished: [Unfinished]
    package let accounts: Quantity
    package let entries: Quantity
    package let transactions: Quantity
    package let occurredAt: Timestamp

    // Gmail cuts a mail at 102 kB. The report in `ledger.audits` has what is left out.

    /// One for each kind of finding that there is, and one more.
    static let maximumFindings = 36
    static let maximumExamples = 20
    /// Of one example.
    static let maximumAccounts = 8
    static let maximumUnfinished = 10
    /// How long an example's detail shall be, in Unicode scalars.
    package static let maximumDetail = 140

    package init(
        findings: [Finding], examples: [Example], unfinished: [Unfinished], accounts: Quantity, entries: Quantity,
        transactions: Quantity, occurredAt: Timestamp
    ) {
        self.findings = findings
        self.examples = examples
        self.unfinished = unfinished
        self.accounts = accounts
        self.entries = entries
        self.transactions = transactions
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("ledger-audit-failed", .transactional) }
}
