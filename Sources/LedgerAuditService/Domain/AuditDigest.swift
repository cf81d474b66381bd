internal import StrictJSON

/// What operators want to see of sound books: goes out with the event, for the weekly mail.
package struct AuditDigest: Hashable, Sendable {
    /// The rewards of one UTC day.
    package struct Day: Hashable, Sendable {
        /// `2026-11-21`.
        package let day: String
        /// Whole NWT.
        package let amount: Int64
        /// How many rewards there were.
        package let count: Int64
    }

    /// What an account holds.
    package struct Holding: Hashable, Sendable {
        /// `wallet:<owner>`.
        package let account: String
        /// Whole NWT.
        package let balance: Int64
    }

    /// How many whole days, up to yesterday, and how many wallets are told.
    package static let days = 14
    package static let holdings = 10

    /// NWT in circulation: what the treasury has issued and not taken back.
    ///
    /// As text, like every total.
    package let supply: String
    /// The last `days` days before today, oldest first, days without rewards among them.
    package let rewardsPerDay: [Day]
    /// The wallets that hold most, at most `holdings`; the richest first.
    package let topAccounts: [Holding]

    /// The treasury's balance with the opposite sign; nil where the totals have none.
    static func supply(of totals: AuditTotals) -> String? {
        guard let treasury = totals.amounts.first(where: { $0.name == "treasury" }) else { return nil }
        return Int128(treasury.amount).map { "\(-$0)" }
    }

    func write(_ json: inout JSONObjectWriter) {
        json.member("supply", supply)
        json.array("rewardsPerDay") { list in
            for day in rewardsPerDay {
                list.object {
                    $0.member("day", day.day)
                    $0.member("amount", day.amount)
                    $0.member("count", day.count)
                }
            }
        }
        json.array("topAccounts") { list in
            for holding in topAccounts {
                list.object {
                    $0.member("account", holding.account)
                    $0.member("balance", holding.balance)
                }
            }
        }
    }
}
