import Codecs
import Ledger
import PostgresClient
import TestSupport
import Testing

@Suite("ledger.post")
struct PostingFunctionTests {
    struct BadCall: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let arguments: String
        let state: String

        init(_ name: String, _ arguments: String, _ state: String) {
            testDescription = name
            self.arguments = arguments
            self.state = state
        }
    }

    private static let id = "'01920000-0000-8000-8000-000000000001'"

    /// SQL below the library, which could not even express most of these.
    static let badCalls = [
        BadCall("no id", "null, 1::int2, \(id), '{treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall("no type", "\(id), null, \(id), '{treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall("type 0", "\(id), 0::int2, \(id), '{treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall("a reversal of nothing", "\(id), 5::int2, \(id), '{treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall(
            "a reward that reverses", "\(id), 1::int2, \(id), '{treasury,wallet:a}', '{-1,1}', null, \(id)", "NW001"),
        BadCall(
            "a reversal of what is not there", "\(id), 5::int2, \(id), '{treasury,wallet:a}', '{-1,1}', null, \(id)",
            "NW011"),
        BadCall("type 6", "\(id), 6::int2, \(id), '{treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall("no fingerprint", "\(id), 1::int2, null, '{treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall("no accounts", "\(id), 1::int2, \(id), null, '{-1,1}'", "NW001"),
        BadCall("no amounts", "\(id), 1::int2, \(id), '{treasury,wallet:a}', null", "NW001"),
        BadCall("empty arrays", "\(id), 1::int2, \(id), '{}', '{}'", "NW001"),
        BadCall("one leg", "\(id), 1::int2, \(id), '{treasury}', '{1}'", "NW001"),
        BadCall(
            "33 legs",
            """
            \(id), 1::int2, \(id), (select array_agg('wallet:' || g) from generate_series(1, 33) g),
            (select array_agg(case g when 33 then -32 else 1 end) from generate_series(1, 33) g)
            """, "NW001"),
        BadCall("lengths that differ", "\(id), 1::int2, \(id), '{treasury,wallet:a}', '{-1,1,0}'", "NW001"),
        BadCall("a null account", "\(id), 1::int2, \(id), '{treasury,NULL}', '{-1,1}'", "NW001"),
        BadCall("a null amount", "\(id), 1::int2, \(id), '{treasury,wallet:a}', '{-1,NULL}'", "NW001"),
        BadCall("accounts from 0", "\(id), 1::int2, \(id), '[0:1]={treasury,wallet:a}', '{-1,1}'", "NW001"),
        BadCall("amounts from 2", "\(id), 1::int2, \(id), '{treasury,wallet:a}', '[2:3]={-1,1}'", "NW001"),
        BadCall("two dimensions", "\(id), 1::int2, \(id), '{{treasury,wallet:a}}', '{{-1,1}}'", "NW001"),
        BadCall("an amount of 0", "\(id), 1::int2, \(id), '{treasury,wallet:a,fees}', '{-1,1,0}'", "NW001"),
        BadCall(
            "the amount without a counterpart",
            "\(id), 1::int2, \(id), '{treasury,wallet:a,fees}', '{-9223372036854775808,9223372036854775807,1}'",
            "NW001"),
        BadCall("a sum of 1", "\(id), 1::int2, \(id), '{treasury,wallet:a}', '{-1,2}'", "NW004"),
        BadCall(
            "a sum that wraps to 0",
            "\(id), 1::int2, \(id), '{wallet:b,wallet:a,fees}', '{9223372036854775807,9223372036854775807,2}'", "NW004"),
        BadCall("the same wallet twice", "\(id), 1::int2, \(id), '{wallet:a,wallet:a}', '{-1,1}'", "NW005"),
        BadCall("the same system account twice", "\(id), 1::int2, \(id), '{fees,fees}', '{-1,1}'", "NW005"),
        BadCall("an unknown system account", "\(id), 1::int2, \(id), '{treasurer,wallet:a}', '{-1,1}'", "NW003"),
        BadCall("a wallet without owner", "\(id), 1::int2, \(id), '{treasury,wallet:}', '{-1,1}'", "NW003"),
        BadCall("an owner with a blank", "\(id), 1::int2, \(id), '{treasury,\"wallet:a b\"}', '{-1,1}'", "NW003"),
        BadCall("an owner beyond ASCII", "\(id), 1::int2, \(id), '{treasury,wallet:é}', '{-1,1}'", "NW003"),
        BadCall("a line feed", "\(id), 1::int2, \(id), array['treasury', E'wallet:a\\n'], '{-1,1}'", "NW003"),
        BadCall(
            "an owner of 129 characters",
            "\(id), 1::int2, \(id), array['treasury', 'wallet:' || repeat('x', 129)], '{-1,1}'", "NW003"),
        BadCall("metadata that is no object", "\(id), 1::int2, \(id), '{treasury,wallet:a}', '{-1,1}', '[]'", "NW001"),
        BadCall(
            "metadata beyond 4096 bytes",
            "\(id), 1::int2, \(id), '{treasury,wallet:a}', '{-1,1}', jsonb_build_object('a', repeat('x', 4096))",
            "NW001"),
    ]

    @Test("refuses, and leaves no trace of,", arguments: badCalls)
    func refuses(call: BadCall) throws {
        try withDatabase { database in
            let connection = try database.connect()
            let before = try connection.books()
            #expect(connection.state(of: "select * from ledger.post(\(raw: call.arguments))") == call.state)
            #expect(LedgerError(rawValue: call.state) != nil)
            #expect(try connection.books() == before)
            #expect(try connection.number("select count(*) as number from ledger.transactions") == 0)
        }
    }

    @Test("answers the same for ever, in the order of the question")
    func replay() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            #expect(try connection.post(reward) == .posted(balances: [-5, 5], replayed: false))
            #expect(
                try connection.post(2, ["treasury": -1, "wallet:a": 1]) == .posted(balances: [-6, 6], replayed: false))
            #expect(try connection.post(reward) == .posted(balances: [-5, 5], replayed: true))
            #expect(
                try connection.post(1, ["wallet:a": 5, "treasury": -5]) == .posted(balances: [5, -5], replayed: true))
        }
    }

    @Test("refuses an id that belongs to another posting")
    func conflict() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(1, ["treasury": -5, "wallet:a": 5])
            for other in [
                try posting(1, ["treasury": -6, "wallet:a": 6]), try posting(1, ["treasury": -5, "wallet:b": 5]),
                try posting(1, ["treasury": -5, "wallet:a": 5], type: .grant),
            ] {
                let error = #expect(throws: DatabaseError.self) { try connection.post(other) }
                #expect(error.flatMap { LedgerError($0) } == .idempotencyConflict)
            }
            #expect(try connection.balance("wallet:a") == 5)
        }
    }

    @Test("lets loyalty reward from the treasury and do nothing else")
    func loyaltyOnlyRewards() throws {
        try withDatabase { database in
            let loyalty = try database.connect(as: "nerdwork_loyalty")
            try loyalty.post(1, ["treasury": -5, "wallet:a": 5])
            for (number, refused) in [
                try posting(2, ["wallet:a": -5, "wallet:b": 5]),
                try posting(3, ["treasury": -5, "wallet:a": 5], type: .tip),
                try posting(4, ["treasury": -4, "wallet:a": -1, "wallet:b": 5]),
            ].enumerated() {
                let error = #expect(throws: DatabaseError.self) { try loyalty.post(refused) }
                #expect(error?.sqlState == "42501", "case \(number)")
            }
            #expect(try loyalty.balance("wallet:a") == 5)
        }
    }

    @Test("lets the wallet take from the treasury in a reversal and in nothing else")
    func walletTakesNothingFromTreasury() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.post(1, ["treasury": -5, "wallet:a": 5])
            // It posts by functions that run with their owner's rights; whose session it is, the ledger sees all the same.
            try superuser.execute("grant execute on all functions in schema ledger to nerdwork_wallet")
            let wallet = try database.connect(as: "nerdwork_wallet")
            try wallet.post(2, ["wallet:a": -2, "wallet:b": 2], type: .tip)
            try wallet.post(3, ["wallet:a": -3, "treasury": 3], type: .purchase)
            for type in [TransactionType.reward, .tip, .purchase, .grant] {
                let taking = try posting(4, ["treasury": -1, "wallet:a": 1], type: type)
                for statement in [LedgerStatement.post(taking), LedgerStatement.postBatch([taking])] {
                    #expect(wallet.state(of: statement) == "42501", "\(type)")
                }
            }
            let reversal = try Posting(
                id: transaction(5), type: .reversal,
                legs: [
                    Leg(.system(.treasury), -3), Leg(try #require(AccountReference("wallet:a")), 3),
                ], reverses: transaction(3))
            #expect(try wallet.post(reversal) == .posted(balances: [-5, 3], replayed: false))
        }
    }

    @Test("remembers a rejection, also after a top-up, and changes no byte of the books")
    func rejection() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(1, ["treasury": -5, "wallet:b": 5])
            try connection.post(2, ["treasury": -3, "wallet:a": 3])
            try connection.post(3, ["treasury": -3, "wallet:c": 3])
            let before = try connection.books()
            // b was opened first, so its credit is already made when a is found too poor, and fees come after.
            let tip = try posting(4, ["wallet:b": 4, "wallet:a": -5, "fees": 1], type: .tip)
            #expect(try connection.post(tip) == .rejected(.insufficientBalance, replayed: false))
            // A wallet that would open first.
            let toNew = try posting(5, ["wallet:new": 9, "wallet:other": 1, "wallet:c": -10], type: .tip)
            #expect(try connection.post(toNew) == .rejected(.insufficientBalance, replayed: false))
            let fromNew = try posting(6, ["wallet:new": -1, "wallet:b": 1], type: .tip)
            #expect(try connection.post(fromNew) == .rejected(.insufficientBalance, replayed: false))
            #expect(try connection.books() == before)
            try connection.post(7, ["treasury": -50, "wallet:a": 50])
            #expect(try connection.post(tip) == .rejected(.insufficientBalance, replayed: true))
            #expect(try connection.balance("wallet:a") == 53)
        }
    }

    @Test("spends nothing that is held")
    func held() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(1, ["treasury": -10, "wallet:a": 10])
            try connection.execute("update ledger.balances set held = 4 where balance = 10")
            #expect(
                try connection.post(2, ["wallet:a": -7, "revenue": 7], type: .purchase)
                    == .rejected(.insufficientBalance, replayed: false))
            #expect(
                try connection.post(3, ["wallet:a": -6, "revenue": 6], type: .purchase)
                    == .posted(balances: [4, 6], replayed: false))
        }
    }

    @Test("holds amounts up to 2^63-1 and refuses the first one beyond")
    func overflow() throws {
        try withDatabase { database in
            let connection = try database.connect()
            #expect(
                try connection.post(1, ["treasury": -.max, "wallet:a": .max])
                    == .posted(balances: [-.max, .max], replayed: false))
            let before = try connection.books()
            for (number, legs) in [
                (2, ["treasury": -1, "wallet:b": 1]), (3, ["wallet:a": 1, "treasury": -1]),
            ] as [(UInt64, KeyValuePairs<String, Int64>)] {
                let error = #expect(throws: DatabaseError.self) { try connection.post(number, legs) }
                #expect(error.flatMap { LedgerError($0) } == .balanceOutOfRange)
            }
            #expect(try connection.books() == before)
            #expect(try connection.number("select count(*) as number from ledger.transactions") == 1)
        }
    }

    @Test("takes nothing into a closed wallet and nothing out of it")
    func closed() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(1, ["treasury": -1, "wallet:a": 1])
            #expect(connection.state(of: "select ledger.close_account('wallet:a')") == "NW009")
            try connection.post(2, ["wallet:a": -1, "revenue": 1], type: .purchase)
            #expect(connection.state(of: "select ledger.close_account('wallet:a')") == nil)
            let before = try connection.books()
            #expect(
                try connection.post(3, ["wallet:a": 1, "treasury": -1]) == .rejected(.accountClosed, replayed: false))
            #expect(
                try connection.post(4, ["wallet:a": -1, "wallet:b": 1], type: .tip)
                    == .rejected(.accountClosed, replayed: false))
            #expect(try connection.books() == before)
            #expect(connection.state(of: "select ledger.close_account('treasury')") == "NW009")
        }
    }

    @Test("stands inside a larger statement: the posting and its event commit together")
    func insideStatement() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_loyalty")
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            for written in [1, 0] {
                let rows = try connection.query(
                    """
                    with posted as (select * from \(post: reward))
                    insert into outbox.events (event_id, aggregate, source, detail_type, detail)
                    select \(reward.id), 'reader:a', 'nerdwork.loyalty', 'RewardGranted',
                           jsonb_build_object('balance', balances[2])
                      from posted where status = 0 and not replayed
                        on conflict (event_id) do nothing
                    returning event_id
                    """)
                #expect(rows.count == written)
            }
        }
    }

    @Test("stores the fingerprint that the library computes and the database can compute again")
    func fingerprint() throws {
        try withDatabase { database in
            let connection = try database.connect()
            var random = SeededRandom(stream: 1)
            for number in 1...50 as ClosedRange<UInt64> {
                let wallets = (0..<Int.random(in: 1...31, using: &random)).map { "wallet:u\($0 * 7 % 31)" }
                var legs = try wallets.map {
                    Leg(try #require(AccountReference($0)), Int64.random(in: 1...1_000_000, using: &random))
                }
                legs.append(Leg(.system(.treasury), -legs.reduce(0) { $0 + $1.amount }))
                let posting = try Posting(
                    id: transaction(number), type: .grant, legs: legs.shuffled(using: &random))
                let computed: UUID = try connection.query(
                    """
                    select ledger.fingerprint(\(posting.type.rawValue), \(posting.legs.map(\.account.text)),
                        \(posting.legs.map(\.amount))) as value
                    """
                ).only().decode("value")
                #expect(computed == posting.fingerprint, "seed \(random.seed)")
            }
        }
    }
}
