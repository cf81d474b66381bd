package import Codecs

/// What an audit can find; the raw values appear in reports, events and metrics.
package enum FindingCode: String, CaseIterable, Sendable {
    // The whole
    case netNotZero = "net_not_zero"
    case systemAccountMissing = "system_account_missing"
    // Accounts and balances
    case accountWithoutBalance = "account_without_balance"
    case balanceWithoutAccount = "balance_without_account"
    case belowMinimum = "below_minimum"
    case walletNegative = "wallet_negative"
    case minimumRemoved = "minimum_removed"
    case heldNegative = "held_negative"
    case closedWithBalance = "closed_with_balance"
    /// A striped account lacks one of its rows.
    case stripeMissing = "stripe_missing"
    /// A wallet has more than one row.
    case stripeUnexpected = "stripe_unexpected"
    // Balances against entries
    case balanceMismatch = "balance_mismatch"
    case lastTimeMismatch = "last_time_mismatch"
    case sequenceGap = "sequence_gap"
    case sequenceWentBack = "sequence_went_back"
    case brokenChain = "broken_chain"
    /// The chain of hashes over the entries does not end in the balance's.
    case brokenHead = "broken_head"
    case timeWentBack = "time_went_back"
    case checkpointMismatch = "checkpoint_mismatch"
    // Entries against balances
    case ghostEntry = "ghost_entry"
    case entryBehindCheckpoint = "entry_behind_checkpoint"
    case entryWithoutAccount = "entry_without_account"
    // Transactions
    case orphanEntry = "orphan_entry"
    case entriesOfRejected = "entries_of_rejected"
    case transactionWithoutEntries = "transaction_without_entries"
    case wrongLegCount = "wrong_leg_count"
    case oneLegged = "one_legged_transaction"
    case unbalanced = "unbalanced_transaction"
    /// The time of a transaction is that of its newest entry, but for those that a fold wrote later.
    case timeMismatch = "time_mismatch"
    case fingerprintMismatch = "fingerprint_mismatch"
    // Reversals
    case reversalOfNothing = "reversal_of_nothing"
    case reversedTwice = "reversed_twice"
    case reversalMismatch = "reversal_mismatch"
    // Entries that are still to be written
    case deferredOrphan = "deferred_orphan"
    case deferredOfRejected = "deferred_of_rejected"
    case deferredMismatch = "deferred_mismatch"
    // Holds
    /// What an account keeps back is not the sum of its open holds.
    case heldMismatch = "held_mismatch"
    /// A hold and the transaction that captured it disagree.
    case holdMismatch = "hold_mismatch"
    // Months that are over
    case sealedMonthChanged = "sealed_month_changed"
    // Guards
    case triggerMissing = "trigger_missing"
    case triggerUnexpected = "trigger_unexpected"
    case ruleUnexpected = "rule_unexpected"
    case constraintMissing = "constraint_missing"
    case indexMissing = "index_missing"
    case partitionMissing = "partition_missing"
    case partitionDetached = "partition_detached"
    case excessPrivilege = "excess_privilege"
}

/// One thing that is wrong with the books.
package struct Finding: Hashable, Sendable {
    package let code: FindingCode
    /// The accounts that it touches.
    package let accounts: [Int64]
    package let transaction: UUID?
    /// What was expected and what was there; numbers and identifiers only.
    package let detail: String

    package init(_ code: FindingCode, accounts: [Int64] = [], transaction: UUID? = nil, _ detail: String) {
        self.code = code
        self.accounts = accounts
        self.transaction = transaction
        self.detail = detail
    }
}
