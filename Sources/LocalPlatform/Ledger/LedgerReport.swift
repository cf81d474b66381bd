package import Codecs

/// What the books look like from above, for people: the same numbers for the terminal and for a page.
package struct LedgerReport: Sendable {
    /// One line of the trial balance.
    package struct Line: Equatable, Sendable {
        /// A system account, or `wallets` for all of them together.
        package let name: String
        package let accounts: Int64
        package let entries: Int64
        /// Whole NWT, what waits to be folded included; negative for what the account has given out.
        package let balance: Int128
    }

    /// A day of UTC.
    package struct Day: Equatable, Sendable {
        package let day: UTCDay
        /// Whole NWT.
        package let amount: Int64
        /// Transactions; 0 where nobody counts any.
        package let count: Int64
    }

    /// The transactions of a type in the last `rewardDays` days.
    package struct Kind: Equatable, Sendable {
        package let name: String
        package let count: Int64
        /// What reached its receivers, in whole NWT.
        package let volume: Int64
    }

    package struct Holding: Equatable, Sendable {
        package let account: String
        package let balance: Int64
    }

    /// What vouches for the numbers.
    package struct Proof: Equatable, Sendable {
        /// `clean`, `failed`, `verification incomplete`; nil before the first audit.
        package let audit: String?
        package let auditedAt: Timestamp?
        package let root: Int64?
        package let rootHash: [UInt8]
        package let isAnchored: Bool
    }

    /// How many days are shown, today among them.
    static let supplyDays = 60
    static let rewardDays = 30
    static let holdings = 10

    package let madeAt: Timestamp
    package let trial: [Line]
    /// What was in circulation at the end of each day, oldest first; the last is now.
    package let supply: [Day]
    package let rewards: [Day]
    package let kinds: [Kind]
    package let top: [Holding]
    package let proof: Proof

    /// The sum of all lines; anything but 0 means that the books are wrong.
    package var net: Int128 { trial.reduce(0) { $0 + $1.balance } }

    var circulation: Int128 { trial.first { $0.name == "treasury" }.map { 0 - $0.balance } ?? 0 }
    var wallets: Int64 { trial.first { $0.name == "wallets" }?.accounts ?? 0 }
}
