import CrashTesting
import Platform
import TestSupport

// crash-test ROUNDS SEED CONTROL-ROUNDS memory|disk: crashes PostgreSQL under load and says what became of acknowledged postings;
// then the control, which acknowledges too early and must lose some. scripts/crash-test starts it.

func line(_ words: String) {
    let bytes = Array((words + "\n").utf8)
    _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}

func run(_ commits: CrashTest.Commits, rounds: Int, seed: UInt64, isOnDisk: Bool) throws -> CrashTest.Report {
    var test = try CrashTest(seed: seed, commits: commits, isOnDisk: isOnDisk)
    for number in 1...rounds {
        try test.round(isThorough: number % 10 == 0 || number == rounds)
        let report = test.report
        if number % 20 == 0 {
            line("\(number) rounds, \(report.acknowledged) acknowledged, \(report.missing) missing")
        }
    }
    return test.report
}

func describe(_ report: CrashTest.Report) {
    let crashes = CrashingServer.Crash.allCases.map { "\($0.rawValue) \(report.crashes[$0] ?? 0)" }
    line("rounds \(report.rounds): \(crashes.joined(separator: ", "))")
    let modes = report.modes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    line("treasury: \(modes.joined(separator: ", ")); legs folded under load \(report.folded)")
    line("acknowledged \(report.acknowledged)")
    line(
        "answers by early release \(report.byEarlyRelease), in batches \(report.inBatches), "
            + "to repeated postings \(report.replays)")
    line("unanswered \(report.unanswered), of them gone after the crash \(report.unansweredLost)")
    line("missing \(report.missing), doubled \(report.doubled), faults in the books \(report.faults.count)")
    for fault in report.faults.prefix(10) { line("  \(fault)") }
}

func main() throws -> Bool {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let rounds = Int(arguments[1]), let seed = UInt64(arguments[2]),
        let control = Int(arguments[3])
    else { throw UsageError() }
    let isOnDisk = arguments[4] == "disk"
    line("seed \(seed)")
    let report = try run(.durable, rounds: rounds, seed: seed, isOnDisk: isOnDisk)
    describe(report)
    let isSound = report.missing == 0 && report.doubled == 0 && report.faults.isEmpty && report.acknowledged > 0
    guard control > 0 else { return isSound }
    line("control: acknowledged after synchronous_commit=off alone")
    let lost = try run(.unflushed, rounds: control, seed: seed, isOnDisk: isOnDisk)
    line("control: \(lost.rounds) rounds, acknowledged \(lost.acknowledged), missing \(lost.missing) (must not be 0)")
    return isSound && lost.missing > 0
}

struct UsageError: Error {}

do {
    let isSound = try main()
    line(isSound ? "passed" : "FAILED")
    exit(isSound ? 0 : 1)
} catch {
    line("crash-test: \(error)")
    exit(70)
}
