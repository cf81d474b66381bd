import Testing

@testable import LoyaltyService

@Suite("Days in a row")
struct StreakBonusTests {
    @Test(
        "a bonus comes with every third day of a run",
        arguments: [(0, 0), (1, 0), (2, 7), (3, 0), (4, 0), (5, 7), (8, 7), (99, 0), (101, 7)] as [(Int, Int64)])
    func everyThirdDay(daysBefore: Int, earned: Int64) {
        #expect(StreakBonus(days: 3, amount: 7).earned(before: daysBefore, after: 0) == earned)
    }

    @Test(
        "a day that arrives late earns what the joined run is worth more than its parts",
        arguments: [
            (1, 1, 7), (2, 2, 7), (3, 3, 0), (5, 1, 7), (2, 3, 7), (3, 2, 7), (0, 2, 7), (0, 1, 0), (4, 4, 7),
            (5, 5, 7),
        ] as [(Int, Int, Int64)])
    func lateDay(daysBefore: Int, daysAfter: Int, earned: Int64) {
        #expect(StreakBonus(days: 3, amount: 7).earned(before: daysBefore, after: daysAfter) == earned)
    }

    @Test("the order in which days arrive changes when a bonus comes, never the sum", arguments: 0..<200)
    func orderDoesNotMatter(seed: UInt64) {
        var random = SplitMix(state: seed)
        let days = (0..<30).filter { _ in Bool.random(using: &random) }
        let bonuses = [StreakBonus(days: 3, amount: 15), StreakBonus(days: 7, amount: 50)]

        var known: Set<Int> = []
        var total: Int64 = 0
        for day in days.shuffled(using: &random) {
            let before = runLength(from: day - 1, step: -1, in: known)
            let after = runLength(from: day + 1, step: 1, in: known)
            total += bonuses.reduce(0) { $0 + $1.earned(before: before, after: after) }
            known.insert(day)
        }

        var expected: Int64 = 0
        for first in days where !known.contains(first - 1) {
            let length = runLength(from: first, step: 1, in: known)
            expected += Int64(length / 3) * 15 + Int64(length / 7) * 50
        }
        #expect(total == expected, "seed \(seed)")
    }

    private func runLength(from day: Int, step: Int, in known: Set<Int>) -> Int {
        var length = 0
        while known.contains(day + step * length) { length += 1 }
        return length
    }
}

/// SplitMix64: a small generator whose runs can be repeated (Steele, Lea, Flood, 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
