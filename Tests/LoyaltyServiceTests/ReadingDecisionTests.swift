import Codecs
import Ledger
import Testing

@testable import LoyaltyService

@Suite("What a read earns")
struct ReadingDecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let state: ReaderState
        let expected: Reward
    }

    static let rules = RewardRules(
        pointsPerRead: 5, dailyCap: 12,
        streak: StreakBonus(thirdDay: 15, seventhDay: 50))

    static let cases: [Case] = [
        Case(
            testDescription: "the first read ever", state: ReaderState(rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakDays: 1)),
        Case(
            testDescription: "a second comic on the same day", state: ReaderState(pointsOfDay: 5, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakDays: 1)),
        Case(
            testDescription: "the same comic again on the same day",
            state: ReaderState(comicAlreadyCounted: true, pointsOfDay: 5, rules: rules),
            expected: Reward(outcome: .alreadyCounted, streakDays: 1)),
        Case(
            testDescription: "what is left below the cap", state: ReaderState(pointsOfDay: 10, rules: rules),
            expected: Reward(outcome: .rewarded, points: 2, streakDays: 1)),
        Case(
            testDescription: "nothing once the cap is reached", state: ReaderState(pointsOfDay: 12, rules: rules),
            expected: Reward(outcome: .dailyCapReached, streakDays: 1)),
        Case(
            testDescription: "nothing when the cap was lowered below what the day has",
            state: ReaderState(pointsOfDay: 40, rules: rules),
            expected: Reward(outcome: .dailyCapReached, streakDays: 1)),
        Case(
            testDescription: "the second day in a row", state: ReaderState(daysBefore: 1, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakDays: 2)),
        Case(
            testDescription: "the third day in a row", state: ReaderState(daysBefore: 2, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakBonus: 15, streakDays: 3)),
        Case(
            testDescription: "the third day's second read",
            state: ReaderState(pointsOfDay: 5, daysBefore: 2, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakDays: 3)),
        Case(
            testDescription: "the seventh day in a row", state: ReaderState(daysBefore: 6, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakBonus: 50, streakDays: 7)),
        Case(
            testDescription: "the third day of the second week", state: ReaderState(daysBefore: 9, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakBonus: 15, streakDays: 10)),
        Case(
            testDescription: "the sixth day earns nothing on top", state: ReaderState(daysBefore: 5, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakDays: 6)),
        Case(
            testDescription: "a late day that joins two runs",
            state: ReaderState(daysBefore: 3, daysAfter: 3, rules: rules),
            expected: Reward(outcome: .rewarded, points: 5, streakBonus: 35, streakDays: 4)),
        Case(
            testDescription: "a day without points can still complete a streak",
            state: ReaderState(
                daysBefore: 2,
                rules: RewardRules(
                    pointsPerRead: 5, dailyCap: 0, streak: StreakBonus(thirdDay: 15, seventhDay: 50))),
            expected: Reward(outcome: .rewarded, streakBonus: 15, streakDays: 3)),
    ]

    @Test("by the table", arguments: cases)
    func table(row: Case) throws {
        #expect(try decide(row.state) == .record(row.expected))
    }

    @Test("a read may be 5 minutes ahead and 14 days old, and not a millisecond more")
    func timeLimits() throws {
        let state = ReaderState(rules: Self.rules)
        for distance in [0, 300_000, -14 * 86_400_000] as [Int64] {
            #expect(throws: Never.self) { try decide(state, distance: distance) }
        }
        #expect(throws: ComicReadError(.readInFuture)) { try decide(state, distance: 300_001) }
        #expect(throws: ComicReadError(.readTooOld)) { try decide(state, distance: -14 * 86_400_000 - 1) }
    }

    @Test("a recorded event gets its answer however late it comes again")
    func recordedEvent() throws {
        let read = try comicRead()
        let recorded = RecordedRead(
            id: UUID(high: 1, low: 2), read: read, reward: Reward(outcome: .rewarded, points: 5, streakDays: 1),
            balance: 5)
        let state = ReaderState(recorded: recorded, comicAlreadyCounted: true, pointsOfDay: 5, rules: Self.rules)
        #expect(try decide(state, distance: 0) == .answerAgain(recorded))
        let muchLater = read.time.advanced(byMilliseconds: 400 * 86_400_000)
        #expect(try ReadingDecision.decide(read, state: state, now: muchLater) == .answerAgain(recorded))
    }

    @Test("an event identity that comes back with other content is refused")
    func conflict() throws {
        let other = try comicRead(comic: "another")
        let recorded = RecordedRead(
            id: UUID(high: 1, low: 2), read: other, reward: Reward(outcome: .rewarded, points: 5, streakDays: 1),
            balance: 5)
        #expect(throws: ComicReadError(.eventConflict)) {
            try decide(ReaderState(recorded: recorded, rules: Self.rules))
        }
    }

    private static let now = Timestamp(millisecondsSince1970: 1_795_000_000_000)

    private func decide(_ state: ReaderState, distance: Int64 = 0) throws -> ReadingDecision {
        let read = try comicRead(time: Self.now.advanced(byMilliseconds: distance))
        return try ReadingDecision.decide(read, state: state, now: Self.now)
    }

    private func comicRead(comic: String = "comic-1", time: Timestamp = now) throws -> ComicRead {
        ComicRead(reader: try #require(UserID("reader-1")), comic: try #require(ComicID(comic)), time: time)
    }
}
