import Codecs
import Ledger
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Invariants 1 to 9, 13, 14, 16, 17, 24, 25 of docs/decisions/0005-ledger-at-scale.md while everything dies that can.
@Suite("The ledger and its model, with everything that can be killed being killed")
struct ConcurrentTests {
    @Test("8 clients, cut connections, ended backends, a server stopped in immediate mode: every answer stands")
    func chaos() throws {
        let server = try CrashingServer(settings: CrashingServer.withoutDisk)
        let database = server.database
        let book = AnswerBook()
        try fund(database, book)
        let working = Atomic(8)
        let failures = Mutex<[String]>([])
        concurrently(9) { thread in
            do {
                if thread == 8 { return try disturb(server, database, while: working) }
                defer { working.subtract(1, ordering: .sequentiallyConsistent) }
                try Client(database, stream: UInt64(10 + thread), book: book).run(steps: 60 * ModelSize.factor)
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        let seed = SeededRandom.processSeed
        #expect(failures.withLock { $0 } == [], "seed \(seed)")
        #expect(book.complaints == [], "seed \(seed)")
        #expect(book.reconnections > 0, "else nothing was disturbed")
        try verify(try database.connect(), book)
    }

    /// Every wallet has had something, so that a rejection needs a reason.
    private func fund(_ database: TestDatabase, _ book: AnswerBook) throws {
        let connection = try database.connect()
        var requests = RandomLedger(stream: 9)
        for wallet in RandomLedger.wallets {
            let id = try requests.new().id
            let posting = try Posting(id: id, type: .reward, amount: 30, from: .system(.treasury), to: wallet)
            book.asked(posting)
            let answer = try connection.answer(posting)
            book.answered(posting, answer.0, answer.1)
        }
    }

    /// Ends backends, switches modes, folds, and stops the server now and then.
    private func disturb(
        _ server: CrashingServer, _ database: TestDatabase, while working: borrowing Atomic<Int>
    ) throws {
        var random = SeededRandom(stream: 8)
        var round = 0
        while working.load(ordering: .sequentiallyConsistent) > 0 {
            round += 1
            usleep(60_000)
            guard round % 8 != 0 else {
                try server.crash(.immediateStop)
                try server.recover(from: .immediateStop)
                continue
            }
            let connection = try database.connect()
            let treasury = [AccountMode.strict, .lazy, .striped(3)].randomElement(using: &random) ?? .lazy
            try connection.setMode(.treasury, treasury)
            try connection.setMode(.fees, Bool.random(using: &random) ? .lazy : .strict)
            _ = try connection.query(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid() order by random() limit 2
                """)
            try connection.fold(.fees, limit: 10)
        }
    }

    private func verify(_ connection: PostgresConnection, _ book: AnswerBook) throws {
        let seed = SeededRandom.processSeed
        #expect(try LedgerInvariants.broken(connection) == [], "seed \(seed)")
        // 13: what was answered is there, as it was answered.
        let before = try History(connection).answers
        for (id, answer) in book.answers { #expect(before[id] == answer, "\(id), seed \(seed)") }
        // 9, 14: asked again, everything is answered as before, and what was not there is new.
        for (id, postings) in book.requests {
            for posting in postings {
                let (answer, balances) = try connection.answer(posting)
                if let known = before[id], answer != .refused(.idempotencyConflict) {
                    #expect(answer == known, "\(id), seed \(seed)")
                }
                book.answered(posting, answer, balances)
            }
        }
        #expect(book.complaints == [], "seed \(seed)")
        for account in SystemAccount.allCases { while try connection.fold(account) > 0 {} }
        #expect(try LedgerInvariants.broken(connection) == [], "seed \(seed)")
        let history = try History(connection)
        #expect(history.answers.count >= 300 * ModelSize.factor)
        let requests = book.requests.merging(book.purchases) { $0 + $1 }
        #expect(history.defects(requests: requests) == [], "seed \(seed)")
        // 8: each hold ended as its client was told.
        #expect(book.resolutions.count >= 5 * ModelSize.factor)
        for row in try connection.query("select hold_id, status from ledger.holds where status between 1 and 3") {
            let told = book.resolutions[try row.decode("hold_id")]
            #expect(try told == nil || told == row.decode("status"), "seed \(seed)")
        }
        let ended = try connection.query(
            "select hold_id from ledger.holds where status between 1 and 3"
        ).map { try $0.decode("hold_id", as: UUID.self) }
        #expect(Set(book.resolutions.keys).isSubset(of: ended), "seed \(seed)")
    }
}
