import Ledger
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("Two postings that meet at a wallet that does not exist yet")
struct InterleavingTests {
    /// How the first posting, which opens the wallet, ends while the second one waits for it.
    enum First: String, CaseIterable, Sendable {
        case posted, rejected, rolledBack
    }

    @Test("leave a whole account, whatever becomes of the one that opens it", arguments: First.allCases)
    func meet(first: First) throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(1, ["treasury": -100, "wallet:payer": 100])
            let second = Mutex<Result<PostingOutcome, any Error>?>(nil)
            _ = try connection.query("begin")
            // Only the wallet's name is common, so it is the only thing to wait for.
            let opening: PostingOutcome = try connection.post(
                try posting(
                    2, first == .rejected ? ["wallet:new": -7, "fees": 7] : ["wallet:payer": -7, "wallet:new": 7]))
            #expect(
                opening
                    == (first == .rejected
                        ? .rejected(.insufficientBalance, replayed: false)
                        : .posted(balances: [93, 7], replayed: false)))
            let thread = SystemThread.start(stackBytes: 8 << 20) {
                let outcome = Result {
                    try database.connect().post(try posting(3, ["treasury": -5, "wallet:new": 5]))
                }
                second.withLock { $0 = outcome }
            }
            try waitUntilSomebodyWaits(database)
            _ = try connection.query(first == .rolledBack ? "rollback" : "commit")
            thread?.join()

            let before: Int64 = first == .posted ? 7 : 0
            let outcome = try #require(second.withLock { $0 }).get()
            #expect(outcome == .posted(balances: [-105, before + 5], replayed: false))
            let superuser = try database.connect()
            #expect(try superuser.balance("wallet:new") == before + 5)
            #expect(try superuser.number("select sum(balance)::bigint as number from ledger.balances") == 0)
            let loose = try superuser.number(
                """
                select (select count(*) from ledger.entries e
                         where not exists (select from ledger.accounts a where a.account_id = e.account_id)
                            or not exists (select from ledger.balances b where b.account_id = e.account_id))
                     + (select count(*) from ledger.accounts a full join ledger.balances b using (account_id)
                         where a.reference is null or b.seq is null) as number
                """)
            #expect(loose == 0)
        }
    }

    @Test("of which both are rejected leave no account, and both answers stay")
    func bothRejected() throws {
        try withDatabase { database in
            let first = try database.connect()
            let outcome = Mutex<PostingOutcome?>(nil)
            _ = try first.query("begin")
            try first.post(1, ["wallet:new": -7, "fees": 7])
            let thread = SystemThread.start(stackBytes: 8 << 20) {
                let second = try? database.connect().post(2, ["wallet:new": -8, "revenue": 8])
                outcome.withLock { $0 = second }
            }
            try waitUntilSomebodyWaits(database)
            _ = try first.query("commit")
            thread?.join()
            #expect(outcome.withLock { $0 } == .rejected(.insufficientBalance, replayed: false))
            let superuser = try database.connect()
            #expect(try superuser.number("select count(*) as number from ledger.accounts") == 4)
            #expect(try superuser.number("select count(*) as number from ledger.balances") == 4)
            try first.post(3, ["treasury": -9, "wallet:new": 9])
            #expect(
                try first.post(1, ["wallet:new": -7, "fees": 7]) == .rejected(.insufficientBalance, replayed: true))
        }
    }

    @Test("A transaction whose legs fall on both sides of a month's end is one transaction")
    func monthBoundary() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            // As after a failover to a server whose clock is behind: the treasury has been in the next month already.
            try superuser.execute(
                """
                update ledger.balances
                   set last_at = (date_trunc('month', now() at time zone 'UTC') + interval '1 month') at time zone 'UTC'
                 where account_id = 9223372036854775807
                """)
            let outcome = try database.connect(as: "nerdwork_loyalty").post(1, ["treasury": -5, "wallet:a": 5])
            #expect(outcome == .posted(balances: [-5, 5], replayed: false))
            let partitions = try superuser.number("select count(distinct tableoid) as number from ledger.entries")
            #expect(partitions == 2)
        }
    }

    /// Waits until some session of the database waits for another one.
    private func waitUntilSomebodyWaits(_ database: TestDatabase) throws {
        let observer = try database.connect()
        for _ in 0..<2_000 {
            let waiting = try observer.number(
                """
                select count(*) as number from pg_stat_activity
                 where datname = \(database.name) and cardinality(pg_blocking_pids(pid)) > 0
                """)
            if waiting > 0 { return }
            _ = try observer.query("select pg_sleep(0.005)")
        }
        throw HarnessError("nobody waits")
    }
}
