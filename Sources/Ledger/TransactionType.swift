/// Why NWT moves; the raw values are those of column `ledger.transactions.type`.
package enum TransactionType: Int16, CaseIterable, Sendable {
    /// The treasury rewards a reader.
    case reward = 1
    /// One person gives to another.
    case tip = 2
    /// A reader pays for content.
    case purchase = 3
    /// The treasury gives for another reason than reading.
    case grant = 4
    /// Takes back an earlier transaction.
    case reversal = 5

    /// The name in events and answers.
    package var name: String {
        switch self {
        case .reward: "REWARD"
        case .tip: "TIP"
        case .purchase: "PURCHASE"
        case .grant: "GRANT"
        case .reversal: "REVERSAL"
        }
    }
}
