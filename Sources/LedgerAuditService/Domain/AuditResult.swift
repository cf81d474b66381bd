internal import Codecs

/// What an audit found, before it is stored.
package struct AuditResult: Sendable {
    package let mode: AuditMode
    /// Names the run, which may take several invocations; nil when it did not even begin.
    package var run: Int64?
    package var findings = FindingList()
    /// Checks that did not run to their end, and why.
    package var unfinished: [(check: String, reason: String)] = []
    package var accounts: Int64 = 0
    package var entries: Int64 = 0
    package var transactions: Int64 = 0
    /// What lazy accounts were still to be given at the time of the cut: how many legs, and their sum as decimal text.
    package var deferredCount: Int64 = 0
    package var deferredTotal = "0"
    /// Slices of sealed months that were read again, and months that were sealed.
    package var slices: Int64 = 0
    package var sealedMonths: Int64 = 0
    /// Signals of fraud that were raised since the last report, by kind; no findings, because the books are right.
    package var flags: [(kind: String, count: Int64)] = []
    package var totals = AuditTotals()
    package var durationMilliseconds: Int64 = 0
    /// Only of sound books, and only where there was time for it.
    package var digest: AuditDigest?
    /// Only of sound books.
    package var evidence: EvidenceResult?
    /// When the run began, by the database's clock, as PostgreSQL's text.
    var startedAt = unknownStart
    var progress = AuditProgress()
    /// Stands where the audit did not even get to ask for the time.
    private static let unknownStart = "-infinity"

    package init(mode: AuditMode) {
        self.mode = mode
    }

    /// Findings speak louder than what could not be looked at.
    package var state: AuditState {
        if findings.total > 0 { return .failed }
        return unfinished.isEmpty ? .clean : .incomplete
    }

    /// Somebody else is at work on a run: nothing was looked at, and there is nothing to report.
    package var isBusy: Bool { unfinished.contains { $0.reason == Self.busy } }
    static let busy = "busy"

    /// Whether a later invocation can go on where this one stopped: time or the connection was lacking.
    ///
    /// A check that failed for another reason will fail again, and would keep new entries from ever being read.
    var canGoOn: Bool {
        run != nil && unfinished.contains { Self.passes($0.reason) }
    }

    /// Classes of errors that pass: connection, rollback, resources, locks, operator; and the client's own.
    private static func passes(_ reason: String) -> Bool {
        let passing = ["08", "40", "53", "55", "57"]
        let ours = ["deadline", "connection", "unavailable", "protocol"]
        return ours.contains(reason) || (reason.utf8.count == 5 && passing.contains { reason.hasPrefix($0) })
    }

    /// Up to when transactions need not be read again; nil while one of them is in question.
    ///
    /// A finding about a transaction thus comes back every night until it is settled; one about an account does because
    /// its checkpoint stays where it is.
    var verifiedUntil: String? {
        let inQuestion: Set<FindingCode> = [
            .orphanEntry, .entriesOfRejected, .transactionWithoutEntries, .wrongLegCount, .oneLegged, .unbalanced,
            .fingerprintMismatch, .timeMismatch, .ghostEntry, .entryBehindCheckpoint, .entryWithoutAccount,
            .reversalOfNothing, .reversedTwice, .reversalMismatch, .holdMismatch,
        ]
        guard startedAt != Self.unknownStart else { return nil }
        let hasRead = progress.done.isSuperset(of: Audit.timedStages)
        return hasRead && !findings.contains(anyOf: inQuestion) ? startedAt : nil
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
