package import PostgresClient

/// Why the database refused a call of the ledger.
///
/// Everything in the same database transaction is undone. The raw values are the SQLSTATEs that the ledger's functions raise.
package enum LedgerError: String, Error, CaseIterable, Sendable {
    /// Wrong number of legs, a null, an amount out of range, metadata that is no object.
    case malformedPosting = "NW001"
    /// The id belongs to a transaction with another fingerprint.
    case idempotencyConflict = "NW002"
    case unknownAccount = "NW003"
    case unbalanced = "NW004"
    case duplicateAccount = "NW005"
    /// Entries, transactions and audits are never changed.
    case appendOnly = "NW006"
    /// A balance would leave the range of 64 bits.
    case balanceOutOfRange = "NW007"
    /// A complete transaction takes no more entries.
    case transactionComplete = "NW008"
    /// Only an open and empty wallet can be closed.
    case accountNotEmpty = "NW009"
    /// Another reversal of the same transaction stands.
    case alreadyReversed = "NW010"
    /// There is no posted transaction that the reversal mirrors.
    case notReversible = "NW011"
    /// A root does not follow from the tree and the root before it.
    case rootOutOfOrder = "NW020"

    /// The ledger's meaning of a database error; nil when it is none of the ledger's.
    package init?(_ error: DatabaseError) {
        guard let state = error.sqlState, let known = LedgerError(rawValue: state) else { return nil }
        self = known
    }

    /// The stable name in logs and answers.
    package var code: String {
        switch self {
        case .malformedPosting: "ledger.malformed_posting"
        case .idempotencyConflict: "ledger.idempotency_conflict"
        case .unknownAccount: "ledger.unknown_account"
        case .unbalanced: "ledger.unbalanced"
        case .duplicateAccount: "ledger.duplicate_account"
        case .appendOnly: "ledger.append_only"
        case .balanceOutOfRange: "ledger.balance_out_of_range"
        case .transactionComplete: "ledger.transaction_complete"
        case .accountNotEmpty: "ledger.account_not_empty"
        case .alreadyReversed: "ledger.already_reversed"
        case .notReversible: "ledger.not_reversible"
        case .rootOutOfOrder: "ledger.root_out_of_order"
        }
    }
}
