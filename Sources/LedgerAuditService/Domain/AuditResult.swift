internal import Codecs

/// What an audit found, before it is stored.
package struct AuditResult: Sendable {
    package let mode: AuditMode
    package var findings = FindingList()
    /// Checks that did not run to their end, and why.
    package var unfinished: [(check: String, reason: String)] = []
    package var accounts: Int64 = 0
    package var entries: Int64 = 0
    package var transactions: Int64 = 0
    package var totals = AuditTotals()
    package var durationMilliseconds: Int64 = 0
    /// Only of sound books, and only where there was time for it.
    package var digest: AuditDigest?
    /// When the audit began, by the database's clock, as PostgreSQL's text.
    var startedAt = unknownStart
    /// Stands where the audit did not even get to ask for the time.
    private static let unknownStart = "-infinity"
    /// Chains that hold up to their balance row.
    var verified: [AccountChain] = []
    /// Every transaction up to the start was read.
    var hasReadTransactions = false

    package init(mode: AuditMode) {
        self.mode = mode
    }

    /// Findings speak louder than what could not be looked at.
    package var state: AuditState {
        if findings.total > 0 { return .failed }
        return unfinished.isEmpty ? .clean : .incomplete
    }

    /// The new checkpoints: accounts that no finding touches.
    ///
    /// A finding thus comes back every night until it is settled.
    var checkpoints: [AccountChain] {
        guard !findings.hasUnseen else { return [] }
        return verified.filter { !findings.touchedAccounts.contains($0.account) }
    }

    /// Up to when transactions need not be read again; nil while one of them is in question.
    var verifiedUntil: String? {
        let inQuestion: Set<FindingCode> = [
            .orphanEntry, .entriesOfRejected, .transactionWithoutEntries, .wrongLegCount, .oneLegged, .unbalanced,
            .fingerprintMismatch, .timeMismatch, .ghostEntry, .entryBehindCheckpoint, .entryWithoutAccount,
        ]
        guard startedAt != Self.unknownStart else { return nil }
        return hasReadTransactions && !findings.contains(anyOf: inQuestion) ? startedAt : nil
    }
}

/// What the books hold in all.
package struct AuditTotals: Hashable, Sendable {
    /// Name of the total, and the amount in whole NWT; `numeric`, so it can never overflow.
    package var amounts: [(name: String, amount: String)] = []

    package static func == (left: AuditTotals, right: AuditTotals) -> Bool {
        left.amounts.elementsEqual(right.amounts) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for (name, amount) in amounts {
            hasher.combine(name)
            hasher.combine(amount)
        }
    }
}
