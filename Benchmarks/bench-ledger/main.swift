import Platform
import PostgresClient

// bench-ledger wallets COUNT: opens the wallets that the others post to; the database is in PG*.
// bench-ledger postings distinct|treasury BATCH early|plain SECONDS CONNECTIONS: how many postings a second.
// bench-ledger rewards COUNT: so many rewards, for the audit to read.
// bench-ledger audit incremental|full: runs the audit, stores its report, and says how long that took.
// scripts/lib/bench_ledger.py and bench_audit.py start it, and read what it prints.
func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "wallets" where arguments.count == 2:
        try Bench.openWallets(Int(arguments[1]) ?? 0)
    case "postings" where arguments.count == 6:
        guard let payer = Workload.Payer(rawValue: arguments[1]), let batch = Int(arguments[2]),
            let seconds = Int64(arguments[4]), let connections = Int(arguments[5])
        else { throw UsageError() }
        let durability = arguments[3] == "early" ? Durability.earlyRelease : .lockedUntilFlushed
        let workload = Workload(payer: payer, batch: batch, durability: durability)
        try Bench.postings(workload, seconds: seconds, connections: connections)
    case "rewards" where arguments.count == 2:
        try Bench.rewards(Int(arguments[1]) ?? 0)
    case "audit" where arguments.count == 2:
        try AuditBench.run(arguments[1])
    default: throw UsageError()
    }
}

struct UsageError: Error {}

do {
    try main()
} catch {
    let words = Array("bench-ledger: \(error)\n".utf8)
    _ = unsafe write(STDERR_FILENO, words, words.count)
    exit(1)
}
