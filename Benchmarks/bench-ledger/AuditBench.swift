import LedgerAuditService
import Platform
import PostgresClient

/// The audit's own program, without Lambda around it.
enum AuditBench {
    /// Prints the state, how many entries were verified, and the nanoseconds that it took.
    static func run(_ mode: String) throws {
        guard let mode = AuditMode(rawValue: mode) else { throw UsageError() }
        let connection = try Bench.connect()
        let start = SystemClock.monotonicNanoseconds()
        let result = Audit.run(mode, connection)
        try AuditStore.save(result, id: "bench-\(start)", at: SystemClock.now(), connection)
        let nanoseconds = SystemClock.monotonicNanoseconds() - start
        print("\(result.state.rawValue)\t\(result.entries)\t\(result.findings.total)\t\(nanoseconds)")
        for (check, reason) in result.unfinished { print("unfinished\t\(check)\t\(reason)") }
    }
}
