import Ledger
import Platform
import PostgresClient
import Synchronization
import TestSupport

/// Connections that post to one hot account until each of them has lost its server.
final class CrashLoad: Sendable {
    /// What one connection did; kept here, for the server's memory is what is on trial.
    struct Record: Sendable {
        var sent: [CrashPosting] = []
        /// With the balances of the answer.
        var acknowledged: [CrashPosting: [Int64]] = [:]
        var byEarlyRelease = 0
        /// Answers to postings that another connection had made.
        var replays = 0
        var session: Int32?
        /// What ended it, where that was no lost connection.
        var fault: String?
    }

    private final class Board: Sendable {
        let record = Mutex(Record())
        /// Noted before it is sent, so that another connection can send it at the same time.
        let newest = Mutex<CrashPosting?>(nil)
    }

    private let database: TestDatabase
    private let round: Int
    private let commits: CrashTest.Commits
    private let boards: [Board]
    private let threads: Mutex<[SystemThread]> = Mutex([])

    init(_ database: TestDatabase, round: Int, connections: Int, commits: CrashTest.Commits) {
        self.database = database
        self.round = round
        self.commits = commits
        boards = (0..<connections).map { _ in Board() }
    }

    func start(_ random: SeededRandom) throws {
        for index in boards.indices {
            let stream = UInt64(round) << 8 | UInt64(index)
            let own = SeededRandom(seed: random.seed, stream: stream)
            guard let thread = SystemThread.start({ [self] in run(index, own) }) else {
                throw CrashTestError("no room for a thread")
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// The server's process of the first connection; nil until it has one.
    var session: Int32? { boards[0].record.withLock { $0.session } }

    func join() -> [Record] {
        for thread in threads.withLock({ $0 }) { thread.join() }
        return boards.map { $0.record.withLock { $0 } }
    }

    private func run(_ index: Int, _ random: SeededRandom) {
        var random = random
        do {
            let connection = try database.connect(as: "nerdwork_loyalty")
            connection.limit = .after(milliseconds: 60_000)
            let session = try connection.query("select pg_backend_pid() as pid").only().decode("pid", as: Int32.self)
            boards[index].record.withLock { $0.session = session }
            for number in 0..<1_000_000 {
                let own = CrashPosting(round: round, connection: index, index: number)
                let other = boards[Int.random(in: boards.indices, using: &random)].newest.withLock { $0 }
                try post(
                    Int.random(in: 0..<5, using: &random) == 0 ? other ?? own : own,
                    early: Int.random(in: 0..<5, using: &random) > 0, on: connection, boards[index])
            }
        } catch let error as DatabaseError where error.code == .connection || error.code == .unavailable {
            // That is what the test is for.
        } catch {
            boards[index].record.withLock { $0.fault = "\(error)" }
        }
    }

    private func post(
        _ posting: CrashPosting, early: Bool, on connection: PostgresConnection, _ board: Board
    ) throws {
        board.newest.withLock { $0 = posting }
        board.record.withLock { $0.sent.append(posting) }
        let row = try connection.transaction { transaction in
            try commits.commit(LedgerStatement.post(try posting.posting()), early: early, transaction)
        }
        guard case .posted(let told, let replayed) = try LedgerStatement.decode(row) else {
            throw CrashTestError("a posting was rejected")
        }
        let balances = told.compactMap { $0 }
        guard balances.count == 2 else { throw CrashTestError("an answer without both balances") }
        board.record.withLock { record in
            record.acknowledged[posting] = balances
            record.byEarlyRelease += early ? 1 : 0
            record.replays += replayed ? 1 : 0
        }
    }
}

extension CrashTest.Commits {
    func commit(_ post: SQL, early: Bool, _ transaction: Transaction) throws -> Row {
        switch self {
        case .durable:
            return try transaction.commit(with: [post], durability: early ? .earlyRelease : .lockedUntilFlushed)[0]
                .only()
        case .unflushed:
            let doNotWait: SQL = "select set_config('synchronous_commit', 'off', true)"
            return try transaction.commit(with: [doNotWait, post])[1].only()
        }
    }
}
