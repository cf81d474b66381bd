import Codecs
import Ledger

/// What `GET /wallet` tells.
struct WalletOverview: Hashable, Sendable {
    /// The newest movement.
    struct Movement: Hashable, Sendable {
        let transactionID: UUID
        let type: TransactionType
        /// Negative where it was taken away.
        let amount: Int64
        let createdAt: Timestamp
    }

    let balance: Int64
    /// Promised to somebody: still there, but not to be spent.
    let held: Int64
    let lastMovement: Movement?

    /// What can be spent.
    var available: Int64 { balance - held }
}
