/// What is known about a reader when an event arrives, read under the reader's lock.
package struct ReaderState: Equatable, Sendable {
    /// What was decided for this very event before; nil when it is new.
    package var recorded: RecordedRead?
    /// Whether another event already counted for the same comic on the same UTC day.
    package var comicAlreadyCounted: Bool
    /// NWT for the reads of that day so far, without bonuses; nil while the day has no read that counts.
    package var pointsOfDay: Int64?
    /// Days in a row that end the day before.
    package var daysBefore: Int
    /// Days in a row that begin the day after; more than 0 only when events arrive late.
    package var daysAfter: Int
    /// The rules of that day.
    package var rules: RewardRules

    package init(
        recorded: RecordedRead? = nil, comicAlreadyCounted: Bool = false, pointsOfDay: Int64? = nil,
        daysBefore: Int = 0, daysAfter: Int = 0, rules: RewardRules
    ) {
        self.recorded = recorded
        self.comicAlreadyCounted = comicAlreadyCounted
        self.pointsOfDay = pointsOfDay
        self.daysBefore = daysBefore
        self.daysAfter = daysAfter
        self.rules = rules
    }
}
