/// What reading is worth, as of a day: one row of `loyalty.rules`.
package struct RewardRules: Equatable, Sendable {
    /// NWT for each read that counts.
    package let pointsPerRead: Int64
    /// The most NWT that a reader gets for the reads of one UTC day; streak bonuses come on top.
    package let dailyCap: Int64
    /// What days in a row earn.
    package let streak: StreakBonus

    package init(pointsPerRead: Int64, dailyCap: Int64, streak: StreakBonus) {
        self.pointsPerRead = pointsPerRead
        self.dailyCap = dailyCap
        self.streak = streak
    }
}
