import Codecs
import Platform
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

/// What the first rule of docs/architecture.md promises: an effect and its proof commit together, so that death at any moment loses nothing
/// and doubles nothing.
@Suite("Rewards survive the death of the function", .serialized)
struct KillTests {
    @Test("10,000 reads, a third delivered twice, four processes killed at random: everybody has what the rules give")
    func rewardsSurviveKills() throws {
        try withDatabase { database in
            var random = SeededRandom(stream: 10_000)
            let plan = ReadingPlan(readCount: 10_000, readers: 100, repeated: 1.0 / 3, random: &random)
            let queue = DeliveryQueue(plan.deliveries)
            let kills = try deliver(queue, on: database, seed: random.next()) { plan.event($0) }

            let comment = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed), \(kills) kills")
            #expect(kills >= 20, comment)
            #expect(queue.redelivered >= 10, comment)
            #expect(queue.failures.isEmpty, comment)
            #expect(queue.differing.isEmpty, comment)
            #expect(queue.answered == 10_000, comment)
            try expectBooks(of: plan, on: database, comment)
            try expectCleanAudit(on: database, comment)
        }
    }

    @Test("5,000 reads in batches of 25, a third delivered twice, four processes killed at random: the same")
    func batchesSurviveKills() throws {
        try withDatabase { database in
            var random = SeededRandom(stream: 10_001)
            let plan = ReadingPlan(readCount: 5_000, readers: 100, repeated: 1.0 / 3, random: &random)
            let starts = Array(stride(from: 0, to: plan.deliveries.count, by: 25))
            let queue = DeliveryQueue(Array(starts.indices))
            let kills = try deliver(queue, on: database, seed: random.next(), every: 2...10) { number in
                plan.batch(of: plan.deliveries[starts[number]...].prefix(25))
            }

            let comment = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed), \(kills) kills")
            #expect(kills >= 10, comment)
            #expect(queue.redelivered >= 5, comment)
            #expect(queue.failures.isEmpty, comment)
            // No batch ever had a failure: each of its answers is the one of the first, and that names no message.
            #expect(queue.differing.isEmpty, comment)
            #expect(queue.answers == [#"{"batchItemFailures":[]}"#], comment)
            #expect(queue.answered == starts.count, comment)
            try expectBooks(of: plan, on: database, comment)
            try expectCleanAudit(on: database, comment)
        }
    }

    /// Delivers everything from four processes while another thread kills them; returns how often it did.
    private func deliver(
        _ queue: DeliveryQueue, on database: TestDatabase, seed: UInt64, every distances: ClosedRange<Int> = 20...200,
        event: @escaping @Sendable (Int) -> [UInt8]
    ) throws -> Int {
        let variables = functionVariables(database, role: "nerdwork_loyalty")
        let executable = try BuiltProducts.path(of: "loyalty")
        let workers = (0..<4).map { _ in FunctionWorker(executable: executable, variables: variables) }
        let failures = Mutex<[String]>([])
        let working = Mutex(workers.count)
        let killer = Killer(workers, seed: seed, every: distances) { queue.settledDeliveries }
        let killing = SystemThread.start { killer.run { working.withLock { $0 > 0 } } }
        concurrently(workers.count) { index in
            defer { working.withLock { $0 -= 1 } }
            do {
                try workers[index].run(
                    next: { queue.next().map { ($0, event($0)) } }, settled: { queue.settle($0, $1) })
            } catch {
                failures.withLock { $0.append(String(describing: error)) }
            }
        }
        killing?.join()
        #expect(failures.withLock { $0 }.isEmpty)
        return killer.kills
    }

    private func expectBooks(of plan: ReadingPlan, on database: TestDatabase, _ comment: Comment) throws {
        let connection = try database.connect()
        let wallets = try connection.query(
            """
            select a.reference, b.balance from ledger.accounts a join ledger.balances b using (account_id)
            where a.kind = 1
            """)
        var balances: [String: Int64] = [:]
        for row in wallets {
            balances[String(try row.decode("reference", as: String.self).dropFirst("wallet:".count))] = try row.decode(
                "balance")
        }
        #expect(balances == plan.expectedBalances, comment)

        let totals = try connection.query(
            """
            select (select sum(balance)::bigint from ledger.balances) as net,
                (select count(*) from loyalty.reads) as reads,
                (select count(*) from loyalty.reads where points + streak_bonus > 0) as rewarded,
                (select count(*) from outbox.events where detail_type = 'RewardGranted') as announced,
                (select sum((detail->>'amount')::bigint)::bigint from outbox.events) as announced_amount,
                (select -balance from ledger.balances order by account_id desc limit 1) as issued
            """
        ).only()
        #expect(try totals.decode("net", as: Int64.self) == 0, comment)
        #expect(try totals.decode("reads", as: Int64.self) == Int64(plan.reads.count), comment)
        #expect(try totals.decode("announced", as: Int64.self) == totals.decode("rewarded", as: Int64.self), comment)
        #expect(
            try totals.decode("announced_amount", as: Int64.self) == totals.decode("issued", as: Int64.self), comment)
    }

    private func expectCleanAudit(on database: TestDatabase, _ comment: Comment) throws {
        let queue = DeliveryQueue([0])
        let worker = FunctionWorker(
            executable: try BuiltProducts.path(of: "ledger-audit"),
            variables: functionVariables(database, role: "nerdwork_ledger_audit"))
        try worker.run(
            next: { queue.next().map { ($0, Array(#"{"detail":{"mode":"full"}}"#.utf8)) } },
            settled: { queue.settle($0, $1) })
        #expect(queue.failures.isEmpty, comment)
        let report = try database.connect().query(
            "select state, finding_count, report::text as report from ledger.audits"
        ).only()
        let text: String = try report.decode("report")
        #expect(try report.decode("state", as: String.self) == "clean", Comment(rawValue: text))
    }
}
