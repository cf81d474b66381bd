import Codecs
import Ledger

/// A page of a wallet's statement, the newest line first.
struct WalletStatement: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        /// Position in the wallet's history, 1 for the oldest.
        let seq: Int64
        let transactionID: UUID
        let type: TransactionType
        /// Negative where it was taken away.
        let amount: Int64
        /// The balance after it.
        let balance: Int64
        let createdAt: Timestamp
        /// What was read or bought, where the transaction tells.
        let comic: String?
    }

    /// The balance when the period began.
    let opening: Int64
    /// The balance when it ended, or now.
    let closing: Int64
    let lines: [Line]
    /// The `seq` below which the next page begins; nil for the last page.
    let next: Int64?

    /// Takes one line more than the page has, where there is one.
    init(opening: Int64, closing: Int64, found: [Line], limit: Int) {
        self.opening = opening
        self.closing = closing
        lines = Array(found.prefix(limit))
        next = found.count > limit ? lines.last?.seq : nil
    }
}
