import Ledger
import Platform
import PostgresClient
import Synchronization

/// Postings by several connections at once, for some seconds.
enum Bench {
    static func connect() throws -> PostgresConnection {
        try PostgresConnection(
            ConnectionConfiguration { name in unsafe getenv(name).map { unsafe String(cString: $0) } })
    }

    /// Opens each wallet with enough to give away.
    static func openWallets(_ count: Int) throws {
        let connection = try connect()
        try connection.execute("set synchronous_commit = off")
        var random = SystemRandomNumberGenerator()
        for number in 0..<count {
            let posting = try Posting(
                id: .version8(at: SystemClock.now(), random: random.next(), random.next()), type: .grant,
                amount: 1_000_000, from: .system(.treasury), to: Workload.wallet(number))
            _ = try LedgerStatement.decode(try connection.query(LedgerStatement.post(posting)).only())
        }
    }

    /// Rewards from the treasury, a hundred to a call.
    static func rewards(_ count: Int) throws {
        let worker = try Worker(Workload(payer: .treasury, batch: 100, durability: .earlyRelease), 1)
        var posted = 0
        while posted < count { posted += try worker.call(0) }
        print(posted)
    }

    /// Prints how many postings were acknowledged, and in how many nanoseconds.
    static func postings(_ workload: Workload, seconds: Int64, connections: Int) throws {
        let count = Mutex(0)
        let failure = Mutex<String?>(nil)
        let sessions = try (0..<connections).map { _ in try Worker(workload, connections) }
        let start = SystemClock.monotonicNanoseconds()
        let end = start + seconds * 1_000_000_000
        let threads = (0..<connections).compactMap { index in
            SystemThread.start(stackBytes: 8 << 20) {
                do {
                    let own = try sessions[index].run(index, until: end)
                    count.withLock { $0 += own }
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
            }
        }
        for thread in threads { thread.join() }
        let nanoseconds = SystemClock.monotonicNanoseconds() - start
        if let words = failure.withLock({ $0 }) { throw BenchError(words) }
        print("\(count.withLock { $0 })\t\(nanoseconds)")
    }
}

/// One connection; its thread is the only one that uses it.
private final class Worker: @unchecked Sendable {
    private let connection: PostgresConnection
    private let workload: Workload
    private let connections: Int

    init(_ workload: Workload, _ connections: Int) throws {
        connection = try Bench.connect()
        self.workload = workload
        self.connections = connections
        _ = try connection.query("select 1")
    }

    /// Returns the number of postings that the books took and acknowledged.
    func run(_ index: Int, until end: Int64) throws -> Int {
        var count = 0
        while SystemClock.monotonicNanoseconds() < end { count += try call(index) }
        return count
    }

    /// One call; returns how many postings it made.
    func call(_ index: Int) throws -> Int {
        var random = SystemRandomNumberGenerator()
        let statement = try workload.statement(connection: index, of: connections, &random)
        let results = try connection.transaction { transaction in
            try transaction.commit(with: [statement], durability: workload.durability)
        }
        for row in results[0] {
            guard try row.decode("status", as: Int16.self) == 0 else { throw BenchError("a posting was rejected") }
        }
        return results[0].count
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ words: String) {
        description = words
    }
}
