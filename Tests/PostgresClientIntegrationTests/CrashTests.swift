import CrashTesting
import TestSupport
import Testing

/// The short form of scripts/crash-test.
@Suite("After a crash of the server")
struct CrashTests {
    @Test("every acknowledged posting is in the books, once")
    func acknowledged() throws {
        var test = try CrashTest(seed: SeededRandom.processSeed)
        // Eight crashes, and more where the machine is so busy that they hit little.
        for round in 1...40 where round < 8 || !test.report.hasSeenEveryWay { try test.round(isThorough: false) }
        try test.round(isThorough: true)
        #expect(test.report.hasSeenEveryWay)
        #expect(test.report.missing == 0 && test.report.doubled == 0, "\(SeededRandom.processSeed)")
        #expect(test.report.faults == [], "\(SeededRandom.processSeed)")
    }

    @Test("postings that were acknowledged before the flush are missing: the test can fail")
    func control() throws {
        var test = try CrashTest(seed: SeededRandom.processSeed, commits: .unflushed)
        for _ in 1...60 where test.report.missing == 0 { try test.round(isThorough: false) }
        #expect(test.report.missing > 0)
    }
}

extension CrashTest.Report {
    /// Whether enough was acknowledged for a loss to be seen, by each way to commit.
    fileprivate var hasSeenEveryWay: Bool { acknowledged > 100 && byEarlyRelease > 0 && inBatches > 0 }
}
