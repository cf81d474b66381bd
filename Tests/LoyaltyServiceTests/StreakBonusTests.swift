import TestSupport
import Testing

@testable import LoyaltyService

@Suite("Days in a row")
struct StreakBonusTests {
    private static let bonus = StreakBonus(thirdDay: 15, seventhDay: 50)

    @Test(
        "a bonus comes on the third and the seventh day of each week of a streak",
        arguments: [
            (1, 0), (2, 0), (3, 15), (4, 0), (5, 0), (6, 0), (7, 50), (8, 0), (9, 0), (10, 15), (13, 0), (14, 50),
            (17, 15),
        ] as [(Int, Int64)])
    func inOrder(day: Int, earned: Int64) {
        #expect(Self.bonus.earned(before: day - 1, after: 0) == earned)
    }

    @Test(
        "a day that arrives late earns what the joined streak is worth more than its parts",
        arguments: [
            (1, 1, 15), (2, 0, 15), (0, 2, 15), (0, 1, 0), (2, 2, 15), (3, 2, 0), (3, 3, 35), (6, 6, 50), (5, 1, 50),
            (4, 4, 35), (7, 2, 15), (7, 3, 0), (7, 6, 50),
        ] as [(Int, Int, Int64)])
    func lateDay(daysBefore: Int, daysAfter: Int, earned: Int64) {
        #expect(Self.bonus.earned(before: daysBefore, after: daysAfter) == earned)
    }

    @Test("joining streaks never takes anything back, as long as the seventh day earns at least what the third does")
    func neverNegative() {
        for (third, seventh) in [(0, 0), (15, 15), (15, 50), (0, 9)] as [(Int64, Int64)] {
            let bonus = StreakBonus(thirdDay: third, seventhDay: seventh)
            for before in 0..<40 {
                for after in 0..<40 {
                    let parts = bonus.worth(ofDays: before) + bonus.worth(ofDays: after)
                    #expect(bonus.worth(ofDays: before + 1 + after) >= parts, "\(before) and \(after) days")
                }
            }
        }
    }

    @Test("the order in which days arrive changes when a bonus comes, never the sum", arguments: 0..<200)
    func orderDoesNotMatter(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let days = (0..<30).filter { _ in Bool.random(using: &random) }

        var known: Set<Int> = []
        var total: Int64 = 0
        for day in days.shuffled(using: &random) {
            let before = runLength(from: day - 1, step: -1, in: known)
            let after = runLength(from: day + 1, step: 1, in: known)
            total += Self.bonus.earned(before: before, after: after)
            known.insert(day)
        }

        var expected: Int64 = 0
        for first in days where !known.contains(first - 1) {
            for day in 1...runLength(from: first, step: 1, in: known) {
                expected += day % 7 == 3 ? 15 : day % 7 == 0 ? 50 : 0
            }
        }
        #expect(total == expected, "seed \(seed)")
    }

    private func runLength(from day: Int, step: Int, in known: Set<Int>) -> Int {
        var length = 0
        while known.contains(day + step * length) { length += 1 }
        return length
    }
}
