import CrashTesting
import TestSupport
import Testing

/// The short form of scripts/crash-test.
@Suite("After a crash of the server")
struct CrashTests {
    @Test("every acknowledged posting is in the books, once")
    func acknowledged() throws {
        var test = try CrashTest(seed: SeededRandom.processSeed)
        for round in 1...8 { try test.round(isThorough: round == 8) }
        #expect(test.report.acknowledged > 100 && test.report.byEarlyRelease > 0 && test.report.inBatches > 0)
        #expect(test.report.missing == 0 && test.report.doubled == 0, "\(SeededRandom.processSeed)")
        #expect(test.report.faults == [], "\(SeededRandom.processSeed)")
    }

    @Test("postings that were acknowledged before the flush are missing: the test can fail")
    func control() throws {
        var test = try CrashTest(seed: SeededRandom.processSeed, commits: .unflushed)
        for _ in 1...20 where test.report.missing == 0 { try test.round(isThorough: false) }
        #expect(test.report.missing > 0)
    }
}
