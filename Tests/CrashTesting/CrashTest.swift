import Codecs
import Ledger
import Platform
import PostgresClient
package import TestSupport

/// Crashes a PostgreSQL under load, again and again, and compares its books with what it had acknowledged.
///
/// What it cannot show: the loss of what the operating system had been given, as when the power fails; that is
/// `fsync`'s part, which is on, and the same with every way to commit.
package struct CrashTest {
    /// When a posting counts as acknowledged.
    package enum Commits: Sendable {
        /// When `commit` returns: with early release four times out of five, without it else.
        case durable
        /// The control, which must lose postings: after a commit that does not wait for the disk.
        case unflushed
    }

    /// How the treasury takes its legs in a round.
    static let modes: [(name: String, mode: AccountMode)] = [
        ("strict", .strict), ("striped", .striped(3)), ("lazy", .lazy),
    ]

    package struct Report: Sendable {
        package var rounds = 0
        /// How many rounds the treasury was in each mode.
        package var modes: [String: Int] = [:]
        package var crashes: [CrashingServer.Crash: Int] = [:]
        package var acknowledged = 0
        package var byEarlyRelease = 0
        package var inBatches = 0
        /// Legs that waited and were folded while postings went on.
        package var folded: Int64 = 0
        package var replays = 0
        package var missing = 0
        package var doubled = 0
        /// Sent and never answered; of these, in the books after the crash or only after they were sent again.
        package var unanswered = 0
        package var unansweredLost = 0
        package var faults: [String] = []
    }

    private let server: CrashingServer
    private let commits: Commits
    private let connections: Int
    private var random: SeededRandom
    private var everything: Set<CrashPosting> = []
    package private(set) var report = Report()

    /// Makes a server whose commits take two milliseconds longer, so that a crash finds postings between their commit
    /// and its flush; whose background writer sleeps, so that nobody else flushes for them; and `fsync` on.
    package init(seed: UInt64, connections: Int = 8, commits: Commits = .durable, isOnDisk: Bool = false) throws {
        server = try CrashingServer(
            settings: ["commit_delay=2000", "commit_siblings=0", "wal_writer_delay=10s", "max_wal_size=1GB"],
            isOnDisk: isOnDisk)
        random = SeededRandom(seed: seed)
        self.connections = connections
        self.commits = commits
    }

    /// One crash; `isThorough`: the whole books are checked after it, not only what was acknowledged.
    package mutating func round(isThorough: Bool) throws {
        report.rounds += 1
        try changeMode()
        let load = CrashLoad(
            server.database, round: report.rounds, connections: connections, commits: commits)
        try load.start(random)
        guard let session = waitForSession(load) else { throw CrashTestError("no session within a minute") }
        usleep(UInt32.random(in: 20_000...300_000, using: &random))
        let crash = CrashingServer.Crash.allCases.randomElement(using: &random) ?? .immediateStop
        try server.crash(crash, session: session)
        let (records, folded) = load.join()
        report.folded += folded
        try server.recover(from: crash)
        report.crashes[crash, default: 0] += 1
        try check(records, isThorough: isThorough)
    }

    private mutating func changeMode() throws {
        guard let (name, mode) = Self.modes.randomElement(using: &random) else { return }
        let columns = mode.columns
        _ = try server.database.connect().query(
            "select ledger.set_mode('treasury', \(columns.mode), \(columns.stripes))")
        report.modes[name, default: 0] += 1
    }

    private func waitForSession(_ load: CrashLoad) -> Int32? {
        for _ in 0..<60_000 {
            if let session = load.session { return session }
            usleep(1_000)
        }
        return nil
    }

    private mutating func check(_ records: [CrashLoad.Record], isThorough: Bool) throws {
        let check = CrashCheck(connection: try server.database.connect())
        var acknowledged: [CrashPosting: [Int64?]] = [:]
        var sent: Set<CrashPosting> = []
        for record in records {
            sent.formUnion(record.sent)
            for (posting, balances) in record.acknowledged {
                if let other = acknowledged.updateValue(balances, forKey: posting), other != balances {
                    report.faults.append("one posting was answered with \(other) and \(balances)")
                }
            }
            report.byEarlyRelease += record.byEarlyRelease
            report.inBatches += record.inBatches
            report.replays += record.replays
            if let fault = record.fault { report.faults.append(fault) }
        }
        everything.formUnion(sent)
        let unanswered = sent.subtracting(acknowledged.keys)
        report.acknowledged += acknowledged.count
        report.missing += try check.missing(acknowledged)
        report.unanswered += unanswered.count
        report.unansweredLost += try check.redeliver(unanswered.sorted { $0.number < $1.number })
        _ = try check.redeliver(acknowledged.keys.sorted { $0.number < $1.number }.suffix(20))
        if isThorough { try checkBooks(check, everythingWasRedelivered: commits == .durable) }
    }

    private mutating func checkBooks(_ check: CrashCheck, everythingWasRedelivered: Bool) throws {
        report.doubled += try check.doubled()
        let issued = everything.reduce(Int64(0)) { $0 + $1.amount }
        // What the control lost nobody sends again.
        report.faults += try check.faults(issued: issued).filter {
            everythingWasRedelivered || !$0.utf8.starts(with: "issued".utf8)
        }
    }
}

@available(*, unavailable) extension CrashTest: Sendable {}
