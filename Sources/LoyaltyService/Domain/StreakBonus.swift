/// NWT for days in a row: on the third and on the seventh day, and so in every further week of the streak.
package struct StreakBonus: Equatable, Sendable {
    package let thirdDay: Int64
    /// At least `thirdDay`: two short streaks are never worth more than the long one that joins them.
    package let seventhDay: Int64

    package init(thirdDay: Int64, seventhDay: Int64) {
        self.thirdDay = thirdDay
        self.seventhDay = seventhDay
    }

    /// What a streak of that many days has earned in all.
    package func worth(ofDays days: Int) -> Int64 {
        let (weeks, rest) = days.quotientAndRemainder(dividingBy: 7)
        return Int64(weeks) * (thirdDay + seventhDay) + (rest >= 3 ? thirdDay : 0)
    }

    /// What the day earns that joins the days in a row before it with those after it.
    ///
    /// It is what the joined streak is worth more than its parts. So late and reordered events change when a bonus
    /// comes, never the sum.
    package func earned(before: Int, after: Int) -> Int64 {
        max(0, worth(ofDays: before + 1 + after) - worth(ofDays: before) - worth(ofDays: after))
    }
}
