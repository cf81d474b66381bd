package import Codecs

/// What one read earns.
package struct Reward: Equatable, Sendable {
    /// Why.
    package var outcome: ReadOutcome
    /// NWT for the read.
    package var points: Int64 = 0
    /// NWT for days in a row that the read completes.
    package var streakBonus: Int64 = 0
    /// Days in a row that end with the day of the read, as known at the time.
    package var streakDays: Int

    /// NWT in all: what is posted.
    package var amount: Int64 {
        points + streakBonus
    }
}

/// What to do about one `ComicRead`.
package enum ReadingDecision: Equatable, Sendable {
    /// The event was decided before: give the same answer, change nothing.
    case answerAgain(RecordedRead)
    /// Record the read and its reward.
    case record(Reward)

    /// The farthest that a read may lie in the future, for clocks that run ahead.
    package static let longestLead: Int64 = 5 * 60 * 1000
    /// The oldest read that is still rewarded.
    package static let longestDelay: Int64 = 14 * 86_400_000

    /// Decides by the rules of the day of the read; pure.
    ///
    /// An event that was decided before is answered again however old it is by now.
    ///
    /// - Throws: `ComicReadError` with `.eventConflict`, `.readInFuture` or `.readTooOld`.
    package static func decide(
        _ read: ComicRead, state: ReaderState, now: Timestamp
    ) throws(ComicReadError) -> ReadingDecision {
        if let recorded = state.recorded {
            guard recorded.read.isSameReading(as: read) else { throw ComicReadError(.eventConflict) }
            return .answerAgain(recorded)
        }
        guard read.time <= now.advanced(byMilliseconds: longestLead) else { throw ComicReadError(.readInFuture) }
        guard read.time >= now.advanced(byMilliseconds: -longestDelay) else { throw ComicReadError(.readTooOld) }
        return .record(reward(state))
    }

    private static func reward(_ state: ReaderState) -> Reward {
        let streakDays = state.daysBefore + 1
        guard !state.comicAlreadyCounted else { return Reward(outcome: .alreadyCounted, streakDays: streakDays) }
        let rules = state.rules
        let points = max(0, min(rules.pointsPerRead, rules.dailyCap - (state.pointsOfDay ?? 0)))
        // Only the first read of a day makes the day one more in a row.
        let bonus =
            state.pointsOfDay == nil
            ? rules.streak.earned(before: state.daysBefore, after: state.daysAfter) : 0
        return Reward(
            outcome: points + bonus > 0 ? .rewarded : .dailyCapReached,
            points: points, streakBonus: bonus, streakDays: streakDays)
    }
}
