import Codecs
import Ledger
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("Postings at the same time")
struct ConcurrencyTests {
    @Test("50 copies of one posting have one effect and one answer")
    func copies() throws {
        try withDatabase { database in
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            let outcomes = Mutex<[PostingOutcome]>([])
            let failures = Mutex<[String]>([])
            concurrently(50) { _ in
                do {
                    let outcome = try database.connect(as: "nerdwork_loyalty").post(reward)
                    outcomes.withLock { $0.append(outcome) }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let counts = outcomes.withLock { Dictionary(grouping: $0) { $0 }.mapValues(\.count) }
            #expect(
                counts == [
                    .posted(balances: [-5, 5], replayed: false): 1, .posted(balances: [-5, 5], replayed: true): 49,
                ])
            #expect(try database.connect().balance("wallet:a") == 5)
        }
    }

    /// What the rules of the ledger give, decided one posting after the other.
    struct Model {
        var balances: [AccountReference: Int64] = [:]

        /// Whether the posting is taken; moves the balances if so.
        mutating func post(_ posting: Posting) -> Bool {
            let poor = posting.legs.contains { leg in
                leg.amount < 0 && leg.account != .system(.treasury)
                    && balances[leg.account, default: 0] + leg.amount < 0
            }
            guard !poor else { return false }
            for leg in posting.legs { balances[leg.account, default: 0] += leg.amount }
            return true
        }
    }

    @Test("One after the other, 1,000 random postings do what the model does")
    func model() throws {
        try withDatabase { database in
            let connection = try database.connect()
            var generator = SeededRandom(stream: 2)
            var model = Model()
            for number in 1...1_000 as ClosedRange<UInt64> {
                let posting = try randomPosting(number, &generator)
                let taken = model.post(posting)
                let outcome = try connection.post(posting)
                let expected: PostingOutcome =
                    taken
                    ? .posted(balances: posting.legs.map { model.balances[$0.account, default: 0] }, replayed: false)
                    : .rejected(.insufficientBalance, replayed: false)
                try #require(outcome == expected, "posting \(number), seed \(generator.seed)")
            }
        }
    }

    @Test("From 8 threads: no deadlock, every sum right, no wallet below zero, and a history that explains all of it")
    func threads() throws {
        try withDatabase { database in
            let failures = Mutex<[String]>([])
            let seed = SeededRandom.processSeed
            concurrently(8) { thread in
                do {
                    var generator = SeededRandom(stream: UInt64(100 + thread))
                    let connection = try database.connect()
                    for number in 0..<250 as Range<UInt64> {
                        // Every fifth posting is one that another thread makes too.
                        var shared = SeededRandom(stream: 1_000 + number)
                        let posting =
                            number % 5 == 0
                            ? try randomPosting(number + 1, &shared)
                            : try randomPosting(UInt64(thread + 1) << 32 | number, &generator)
                        _ = try connection.post(posting)
                    }
                } catch {
                    failures.withLock { $0.append("\(error), seed \(seed)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            try Self.verify(try database.connect())
        }
    }

    private static func verify(_ connection: PostgresConnection) throws {
        #expect(try connection.number("select sum(balance) as number from ledger.balances") == 0)
        #expect(
            try connection.number("select count(*) as number from ledger.balances where balance < minimum_balance") == 0
        )
        #expect(try connection.number("select count(*) as number from ledger.transactions") == 8 * 200 + 50)
        let wrong = try connection.number(
            """
            select count(*) as number from (
                select e.seq, e.balance_after, e.created_at,
                       coalesce(lag(e.seq) over w, 0) + 1 as next,
                       coalesce(lag(e.balance_after) over w, 0) + e.amount as balance,
                       coalesce(lag(e.created_at) over w, '-infinity') as before
                  from ledger.entries e window w as (partition by e.account_id order by e.seq)) h
             where h.seq <> h.next or h.balance_after <> h.balance or h.created_at < h.before
            """)
        #expect(wrong == 0)
        let different = try connection.number(
            """
            select count(*) as number
              from ledger.balances b
              left join (select account_id, sum(amount) as total, count(*) as entries, max(created_at) as newest
                           from ledger.entries group by 1) e on e.account_id = b.account_id
             where (b.balance, b.seq, b.last_at)
                   is distinct from (coalesce(e.total, 0), coalesce(e.entries, 0), coalesce(e.newest, '-infinity'))
            """)
        #expect(different == 0)
    }
}
