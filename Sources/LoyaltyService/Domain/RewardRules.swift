/// What reading is worth, as of a day: one row of `loyalty.rules`.
package struct RewardRules: Equatable, Sendable {
    /// NWT for each read that counts.
    package let pointsPerRead: Int64
    /// The most NWT that a reader gets for the reads of one UTC day; streak bonuses come on top.
    package let dailyCap: Int64
    /// What days in a row earn.
    package let streakBonuses: [StreakBonus]

    package init(pointsPerRead: Int64, dailyCap: Int64, streakBonuses: [StreakBonus]) {
        self.pointsPerRead = pointsPerRead
        self.dailyCap = dailyCap
        self.streakBonuses = streakBonuses
    }
}

/// NWT for every so many days in a row.
package struct StreakBonus: Equatable, Sendable {
    /// How many days in a row earn it once; at least 1.
    package let days: Int
    /// NWT for each time.
    package let amount: Int64

    package init(days: Int, amount: Int64) {
        self.days = days
        self.amount = amount
    }

    /// What is earned by the day that joins the days in a row before it with those after it.
    ///
    /// A run of *n* days is worth the bonus `n / days` times, rounded down, and a new day earns what its run is worth
    /// more than the runs that it joins. So late and reordered events change when a bonus comes, never the sum.
    package func earned(before: Int, after: Int) -> Int64 {
        let length = max(1, days)
        let times = (before + 1 + after) / length - before / length - after / length
        return Int64(times) * amount
    }
}
