import Codecs
import Ledger
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("ledger.post_batch")
struct BatchTests {
    /// What the books say, without times and account ids, which differ between two databases; wallets in order of name.
    private static func story(_ connection: PostgresConnection) throws -> [String] {
        try connection.query(
            """
            select concat_ws(' ', 'entry', a.reference, e.seq, e.transaction_id, e.amount, e.balance_after) as line
              from ledger.entries e join ledger.accounts a using (account_id)
            union all
            select concat_ws(' ', 'balance', a.reference, a.mode, b.stripe, b.balance, b.seq, b.minimum_balance)
              from ledger.balances b join ledger.accounts a using (account_id)
            union all
            select concat_ws(' ', 'waits', a.reference, d.transaction_id, d.amount)
              from ledger.deferred_entries d join ledger.accounts a using (account_id)
            union all
            select concat_ws(' ', 'header', t.transaction_id, t.type, t.status, t.reason, t.legs, t.fingerprint, t.deferred,
                             t.metadata)
              from ledger.transactions t order by 1
            """
        ).map { try $0.decode("line") }
    }

    @Test("gives the outcomes and the books of as many single postings", arguments: [AccountMode.strict, .lazy])
    func sameAsSingles(treasury: AccountMode) throws {
        try withDatabase { first in
            try withDatabase { second in
                let (single, batched) = (try first.connect(), try second.connect())
                for connection in [single, batched] { try connection.setMode("treasury", treasury) }
                var random = SeededRandom(stream: 7)
                var number: UInt64 = 0
                var earlier: [Posting] = []
                for _ in 0..<60 {
                    var batch: [Posting] = []
                    for _ in 0..<Int.random(in: 1...12, using: &random) {
                        if Int.random(in: 0..<6, using: &random) == 0, let again = earlier.randomElement(using: &random)
                        {
                            batch.append(try Self.shuffled(again, &random))
                            continue
                        }
                        number += 1
                        let new = try randomPosting(number, &random, wallets: 9)
                        earlier.append(new)
                        batch.append(new)
                    }
                    let expected = try batch.map { try single.post($0) }
                    try #require(try batched.postBatch(batch) == expected, "seed \(random.seed), up to \(number)")
                    if Int.random(in: 0..<5, using: &random) == 0 {
                        let limit = Int32.random(in: 1...20, using: &random)
                        #expect(try single.fold("treasury", limit: limit) == batched.fold("treasury", limit: limit))
                    }
                }
                #expect(try Self.story(single) == Self.story(batched), "seed \(random.seed)")
                for connection in [single, batched] { #expect(try LedgerInvariants.broken(connection) == []) }
            }
        }
    }

    /// The same posting, its legs in another order.
    private static func shuffled(_ posting: Posting, _ random: inout SeededRandom) throws -> Posting {
        try Posting(
            id: posting.id, type: posting.type, legs: posting.legs.shuffled(using: &random), metadata: posting.metadata)
    }

    @Test("decides as singles would where a lazy or striped account with a minimum pays", arguments: [true, false])
    func minimum(lazy: Bool) throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.setMode("fees", lazy ? .lazy : .striped(3))
            try connection.post(1, ["treasury": -5, "fees": 5])
            try connection.post(2, ["treasury": -5, "fees": 5])
            let outcomes = try connection.postBatch([
                posting(3, ["treasury": -2, "fees": 2]), posting(4, ["fees": -13, "treasury": 13]),
                posting(5, ["fees": -12, "treasury": 12]), posting(6, ["fees": -1, "treasury": 1]),
            ])
            #expect(
                outcomes == [
                    .posted(balances: [-12, 12], replayed: false), .rejected(.insufficientBalance, replayed: false),
                    .posted(balances: [0, 0], replayed: false), .rejected(.insufficientBalance, replayed: false),
                ])
            #expect(try LedgerInvariants.broken(connection) == [])
        }
    }

    @Test("posts an id once that stands in it twice, opens the wallets it needs, and leaves none of a rejected posting")
    func twiceInOne() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let tip = try posting(2, ["wallet:a": -2, "wallet:b": 2], type: .tip)
            let outcomes = try connection.postBatch([
                posting(1, ["treasury": -5, "wallet:a": 5]), tip, posting(3, ["wallet:new": -1, "wallet:b": 1]), tip,
                posting(2, ["wallet:b": 2, "wallet:a": -2], type: .tip), posting(3, ["wallet:new": -1, "wallet:b": 1]),
            ])
            #expect(
                outcomes == [
                    .posted(balances: [-5, 5], replayed: false), .posted(balances: [3, 2], replayed: false),
                    .rejected(.insufficientBalance, replayed: false), .posted(balances: [3, 2], replayed: true),
                    .posted(balances: [2, 3], replayed: true), .rejected(.insufficientBalance, replayed: true),
                ])
            #expect(try connection.number("select count(*) as number from ledger.accounts") == 4 + 2)
            #expect(try LedgerInvariants.broken(connection) == [])
        }
    }

    @Test("keeps metadata, also between postings that have none")
    func metadata() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let described = try Posting(
                id: transaction(2), type: .reward, amount: 1, from: .system(.treasury), to: .system(.fees),
                metadata: Array(#"{"comicId":"é"}"#.utf8))
            _ = try connection.postBatch([try posting(1, ["treasury": -5, "wallet:a": 5]), described])
            let texts = try connection.query(
                "select coalesce(metadata->>'comicId', '-') as text from ledger.transactions order by transaction_id"
            ).map { try $0.decode("text", as: String.self) }
            #expect(texts == ["-", "é"])
        }
    }

    /// SQL below the library: ids, types, fingerprints, places, accounts, amounts, metadata.
    static let badCalls: [(String, String)] = [
        ("null, '{1}', array[$1], '{1,1}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("'{}', '{}', '{}', '{}', '{}', '{}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{1}', '{treasury}', '{1}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{1,1}', '{treasury,NULL}', '{-1,1}'", "NW001"),
        ("array[$1], '{NULL}', array[$1], '{1,1}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{1,NULL}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{2,2}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{0,0}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{1}', array[$1], '[0:1]={1,1}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{5}', array[$1], '{1,1}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{6}', array[$1], '{1,1}', '{treasury,fees}', '{-1,1}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{1,1}', '{treasury,fees}', '{-1,1}', array['[]'::jsonb]", "NW001"),
        ("array[$1], '{1}', array[$1], '{1,1}', '{treasury,fees}', '{-1,1}', '{}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{1,1,1}', '{treasury,fees,revenue}', '{-1,1,0}'", "NW001"),
        ("array[$1], '{1}', array[$1], '{1,1}', '{treasury,fees}', '{-1,2}'", "NW004"),
        ("array[$1], '{1}', array[$1], '{1,1}', '{fees,fees}', '{-1,1}'", "NW005"),
        ("array[$1], '{1}', array[$1], '{1,1}', '{treasury,nobody}', '{-1,1}'", "NW003"),
        // Each posting by itself, not only all together
        (
            "array[$1,$2], '{1,1}', array[$1,$2], '{1,1,2,2}', '{treasury,fees,treasury,fees}', '{-1,2,-1,0}'", "NW004"
        ),
        (
            "array[$1,$2], '{1,1}', array[$1,$2], '{1,1,2,2}', '{treasury,fees,treasury,fees}', '{-1,2,-2,1}'", "NW004"
        ),
        (
            "array[$1,$2], '{1,1}', array[$1,$2], '{1,2,1,2}', '{treasury,treasury,fees,fees}', '{-1,-1,1,1}'", "NW001"
        ),
        (
            "array[$1,$2], '{1,1}', array[$1,$2], '{1,2,2,2}', '{treasury,treasury,fees,revenue}', '{-1,-1,1,1}'",
            "NW001"
        ),
        (
            "array[$1,$1], '{1,1}', array[$1,$2], '{1,1,2,2}', '{treasury,fees,treasury,fees}', '{-1,1,-1,1}'", "NW002"
        ),
    ]

    @Test("refuses malformed calls as a whole and leaves no trace of them")
    func refuses() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let before = try connection.books()
            let ids = ["'01920000-0000-8000-8000-000000000001'::uuid", "'01920000-0000-8000-8000-000000000002'::uuid"]
            for (arguments, state) in Self.badCalls {
                var filled = arguments
                for (name, id) in zip(["$1", "$2"], ids) {
                    filled = filled.split(separator: name, omittingEmptySubsequences: false).joined(separator: id)
                }
                let call: SQL = "select * from ledger.post_batch(\(raw: filled))"
                #expect(connection.state(of: call) == state, "\(arguments)")
            }
            #expect(try connection.books() == before)
        }
    }

    @Test("takes 100 postings and no more")
    func size() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            let postings = try (1...101).map { try posting(UInt64($0), ["treasury": -1, "wallet:a": 1]) }
            let outcomes = try connection.postBatch(Array(postings.prefix(100)))
            #expect(outcomes.last == .posted(balances: [-100, 100], replayed: false))
            #expect(connection.state(of: LedgerStatement.postBatch(postings)) == "NW001")
            #expect(try connection.balance("wallet:a") == 100)
        }
    }

    /// Invariant 25 of docs/decisions/0005-ledger-at-scale.md.
    @Test("never deadlocks: random batches and singles from 8 connections, in all modes")
    func noDeadlock() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.setMode("treasury", .lazy)
            try superuser.setMode("revenue", .striped(3))
            try superuser.setMode("fees", .lazy)
            let failures = Mutex<[String]>([])
            concurrently(8) { thread in
                do {
                    var random = SeededRandom(stream: UInt64(700 + thread))
                    let connection = try database.connect()
                    for round in 0..<25 as Range<UInt64> {
                        var batch: [Posting] = []
                        for place in 0..<UInt64.random(in: 1...20, using: &random) {
                            // Some ids and wallets are everybody's.
                            var shared = SeededRandom(stream: 9_000 + round * 20 + place)
                            batch.append(
                                place % 4 == 0
                                    ? try randomPosting(1 + round * 20 + place, &shared, wallets: 20)
                                    : try randomPosting(
                                        UInt64(thread + 1) << 32 | round << 8 | place, &random, wallets: 20))
                        }
                        batch.shuffle(using: &random)
                        if round % 5 == 4 {
                            for posting in batch { _ = try connection.post(posting) }
                        } else {
                            _ = try connection.postBatch(batch)
                        }
                        if thread == 0 { _ = try connection.fold("treasury", limit: 30) }
                    }
                } catch {
                    failures.withLock { $0.append("\(error), seed \(SeededRandom.processSeed)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let deadlocks = try superuser.number(
                "select deadlocks as number from pg_stat_database where datname = \(database.name)")
            #expect(deadlocks == 0)
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }
}
