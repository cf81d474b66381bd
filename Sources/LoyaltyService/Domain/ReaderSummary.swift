package import Codecs
package import Ledger

/// What `GET /loyalty/me` tells a reader.
package struct ReaderSummary: Equatable, Sendable {
    package let reader: UserID
    /// NWT in the reader's wallet.
    package let balance: Int64
    /// The current UTC day, and what it has brought so far.
    package let today: UTCDay
    package let readsToday: Int
    package let pointsToday: Int64
    /// Days in a row up to today, or up to yesterday while today has no read that counts.
    package let streakDays: Int
    package let rules: RewardRules

    /// NWT that reads can still earn today.
    package var pointsLeftToday: Int64 {
        max(0, rules.dailyCap - pointsToday)
    }
}
