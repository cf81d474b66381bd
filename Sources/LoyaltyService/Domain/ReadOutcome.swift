/// Why a read earned what it earned; the raw value is stored in `loyalty.reads.outcome`.
package enum ReadOutcome: Int16, CaseIterable, Sendable {
    /// It earned NWT.
    case rewarded = 0
    /// It counts, but its day's cap was reached and it completed no streak.
    case dailyCapReached = 1
    /// The reader has read this comic before on that UTC day.
    case alreadyCounted = 2
    /// The reader's wallet is closed: nothing was posted, and nothing counts.
    case walletClosed = 3
    /// A rule against fraud stopped it (`ledger.signal_rules`): nothing was posted, and nothing counts.
    case blocked = 4

    /// The name in answers; stable.
    package var name: String {
        switch self {
        case .rewarded: "rewarded"
        case .dailyCapReached: "daily-cap-reached"
        case .alreadyCounted: "already-counted"
        case .walletClosed: "wallet-closed"
        case .blocked: "blocked"
        }
    }
}
