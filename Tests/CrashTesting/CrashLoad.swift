import Ledger
import Platform
import PostgresClient
import Synchronization
import TestSupport

/// Connections that post to one hot account, one by one and in batches, and one that folds what waits for it, until each
/// of them has lost its server.
final class CrashLoad: Sendable {
    /// What one connection did; kept here, for the server's memory is what is on trial.
    struct Record: Sendable {
        var sent: [CrashPosting] = []
        /// With the balances of the answer, the payer's first; nil is one that was not known yet.
        var acknowledged: [CrashPosting: [Int64?]] = [:]
        var byEarlyRelease = 0
        /// How many of the acknowledged came by a batch.
        var inBatches = 0
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
    /// Legs that were folded, and what ended the folding where that was no lost connection.
    private let folding = Mutex<(legs: Int64, fault: String?)>((0, nil))

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
        guard let thread = SystemThread.start({ [self] in fold() }) else {
            throw CrashTestError("no room for a thread")
        }
        threads.withLock { $0.append(thread) }
    }

    /// The server's process of the first connection; nil until it has one.
    var session: Int32? { boards[0].record.withLock { $0.session } }

    func join() -> (records: [Record], folded: Int64) {
        for thread in threads.withLock({ $0 }) { thread.join() }
        let (legs, fault) = folding.withLock { $0 }
        var records = boards.map { $0.record.withLock { $0 } }
        if let fault { records[0].fault = fault }
        return (records, legs)
    }

    private static func isLoss(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return error.code == .connection || error.code == .unavailable
    }

    /// Gives entries their places, as the audit's function does each minute, in small portions.
    private func fold() {
        do {
            let connection = try database.connect(as: "nerdwork_ledger_audit")
            connection.limit = .after(milliseconds: 60_000)
            while true {
                let done = try connection.query("select ledger.fold('treasury', 40) as done").only()
                    .decode("done", as: Int64.self)
                folding.withLock { $0.legs += done }
                usleep(3_000)
            }
        } catch {
            // That is what the test is for.
            if !Self.isLoss(error) { folding.withLock { $0.fault = "\(error)" } }
        }
    }

    private func run(_ index: Int, _ random: SeededRandom) {
        var random = random
        do {
            let connection = try database.connect(as: "nerdwork_loyalty")
            connection.limit = .after(milliseconds: 60_000)
            let session = try connection.query("select pg_backend_pid() as pid").only().decode("pid", as: Int32.self)
            boards[index].record.withLock { $0.session = session }
            var number = 0
            while true {
                let own = (number..<number + Self.size(&random)).map { number in
                    CrashPosting(round: round, connection: index, index: number)
                }
                number += own.count
                let other = boards[Int.random(in: boards.indices, using: &random)].newest.withLock { $0 }
                try post(
                    Self.repeating(other, in: own, &random), early: Int.random(in: 0..<5, using: &random) > 0,
                    on: connection, boards[index])
            }
        } catch {
            // That is what the test is for.
            if !Self.isLoss(error) { boards[index].record.withLock { $0.fault = "\(error)" } }
        }
    }

    /// How many postings the next call makes: mostly one, every fourth a batch.
    private static func size(_ random: inout SeededRandom) -> Int {
        Int.random(in: 0..<4, using: &random) > 0 ? 1 : Int.random(in: 2...25, using: &random)
    }

    /// Every fifth call repeats a posting that another connection is making at this moment.
    private static func repeating(
        _ other: CrashPosting?, in own: [CrashPosting], _ random: inout SeededRandom
    ) -> [CrashPosting] {
        guard Int.random(in: 0..<5, using: &random) == 0, let other, !own.contains(other) else { return own }
        return own.dropLast() + [other]
    }

    private func post(
        _ postings: [CrashPosting], early: Bool, on connection: PostgresConnection, _ board: Board
    ) throws {
        board.newest.withLock { $0 = postings.last }
        board.record.withLock { $0.sent += postings }
        let asked = try postings.map { try $0.posting() }
        let outcomes = try connection.transaction { transaction in
            guard asked.count > 1 else {
                let row = try commits.commit(LedgerStatement.post(asked[0]), early: early, transaction).only()
                return [try LedgerStatement.decode(row)]
            }
            let rows = try commits.commit(LedgerStatement.postBatch(asked), early: early, transaction)
            return try LedgerStatement.decodeBatch(rows.map { $0 })
        }
        guard outcomes.count == postings.count else { throw CrashTestError("an answer without all postings") }
        for (posting, outcome) in zip(postings, outcomes) {
            guard case .posted(let told, let replayed) = outcome else { throw CrashTestError("a posting was rejected") }
            // The wallet's balance is always known.
            guard told.count == 2, told[1] != nil else { throw CrashTestError("an answer without balances") }
            board.record.withLock { record in
                record.acknowledged[posting] = told
                record.byEarlyRelease += early ? 1 : 0
                record.inBatches += postings.count > 1 ? 1 : 0
                record.replays += replayed ? 1 : 0
            }
        }
    }
}

extension CrashTest.Commits {
    func commit(_ post: SQL, early: Bool, _ transaction: Transaction) throws -> QueryResult {
        switch self {
        case .durable:
            return try transaction.commit(with: [post], durability: early ? .earlyRelease : .lockedUntilFlushed)[0]
        case .unflushed:
            let doNotWait: SQL = "select set_config('synchronous_commit', 'off', true)"
            return try transaction.commit(with: [doNotWait, post])[1]
        }
    }
}
