/// Why the books did not take a posting; the raw values are those of column `ledger.transactions.reason`.
package enum RejectionReason: Int16, CaseIterable, Sendable {
    /// An account would fall below its minimum, or below what is held in it.
    case insufficientBalance = 1
    /// An account is closed.
    case accountClosed = 2
}

/// What became of a posting.
///
/// The same posting has the same outcome for ever.
package enum PostingOutcome: Hashable, Sendable {
    /// It stands in the books; the balances after it, in the order of the legs. Nil for a leg of a lazy account, whose
    /// balance is known only when the leg has been folded.
    case posted(balances: [Int64?], replayed: Bool)
    /// It is remembered as rejected and moved nothing.
    case rejected(RejectionReason, replayed: Bool)

    /// Whether this is the answer to an earlier call.
    package var isReplayed: Bool {
        switch self {
        case .posted(_, let replayed), .rejected(_, let replayed): replayed
        }
    }
}
