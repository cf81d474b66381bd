import Ledger
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Invariant 24 of docs/decisions/0005-ledger-at-scale.md.
@Suite("A lazy account")
struct LazyFoldTests {
    @Test("leaves its balance unknown in the answer, for ever, and known to whoever asks for it")
    func answers() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.setMode("treasury", .lazy)
            let connection = try database.connect(as: "nerdwork_loyalty")
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            #expect(try connection.post(reward) == .posted(balances: [nil, 5], replayed: false))
            #expect(try connection.balance("treasury") == -5)
            #expect(try superuser.fold("treasury") == 1)
            #expect(try connection.balance("treasury") == -5)
            #expect(try connection.post(reward) == .posted(balances: [nil, 5], replayed: true))
            #expect(
                try connection.post(1, ["wallet:a": 5, "treasury": -5]) == .posted(balances: [5, nil], replayed: true))
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }

    @Test("has one leg that does not wait when all of a posting's accounts are lazy")
    func oneStrictLeg() throws {
        try withDatabase { database in
            let connection = try database.connect()
            for account in ["treasury", "fees", "revenue"] { try connection.setMode(account, .lazy) }
            #expect(
                try connection.post(1, ["fees": 2, "treasury": -5, "revenue": 3])
                    == .posted(balances: [2, nil, nil], replayed: false))
            #expect(try LedgerInvariants.broken(connection) == [])
        }
    }

    @Test("pays no more than it has when it has a minimum, and all that it has, folded or not")
    func minimum() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.setMode("fees", .lazy)
            try connection.post(1, ["treasury": -5, "fees": 5])
            #expect(
                try connection.post(2, ["treasury": -5, "fees": 5]) == .posted(balances: [-10, nil], replayed: false))
            #expect(
                try connection.post(3, ["fees": -11, "treasury": 11])
                    == .rejected(.insufficientBalance, replayed: false))
            #expect(
                try connection.post(4, ["treasury": -1, "fees": 1]) == .posted(balances: [-11, nil], replayed: false))
            #expect(
                try connection.post(5, ["fees": -11, "treasury": 11]) == .posted(balances: [0, 0], replayed: false))
            #expect(
                try connection.post(6, ["fees": -1, "treasury": 1]) == .rejected(.insufficientBalance, replayed: false))
            #expect(try LedgerInvariants.broken(connection) == [])
        }
    }

    @Test("gets a leg that commits after later ones have been folded, at the next fold")
    func openTransaction() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.setMode("treasury", .lazy)
            let held = try database.connect()
            _ = try held.query("begin")
            try held.post(1, ["treasury": -1, "wallet:a": 1])
            for number in 2...6 as ClosedRange<UInt64> {
                try superuser.post(number, ["treasury": -Int64(number), "wallet:b": Int64(number)])
                #expect(try superuser.fold("treasury") == 1)
            }
            _ = try held.query("commit")
            #expect(try superuser.fold("treasury") == 1)
            #expect(try superuser.fold("treasury") == 0)
            let amounts = try superuser.query(
                "select amount from ledger.entries where account_id = 9223372036854775807 order by seq"
            ).map { try $0.decode("amount", as: Int64.self) }
            #expect(amounts == [-2, -3, -4, -5, -6, -1])
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }

    @Test("takes each leg once: 4 threads post, some hold their transactions open or give them up, 3 threads fold")
    func everyLegOnce() throws {
        try withDatabase { database in
            try database.connect().setMode("treasury", .lazy)
            let failures = Mutex<[String]>([])
            let remaining = Atomic(4)
            concurrently(7) { thread in
                do {
                    let connection = try database.connect()
                    guard thread < 4 else {
                        var random = SeededRandom(stream: UInt64(300 + thread))
                        while remaining.load(ordering: .sequentiallyConsistent) > 0 {
                            _ = try connection.fold("treasury", limit: Int32.random(in: 1...9, using: &random))
                        }
                        return
                    }
                    defer { remaining.subtract(1, ordering: .sequentiallyConsistent) }
                    var random = SeededRandom(stream: UInt64(300 + thread))
                    for number in 0..<120 as Range<UInt64> {
                        let id = UInt64(thread + 1) << 32 | number
                        _ = try connection.query("begin")
                        try connection.post(id, ["treasury": -1, "wallet:w\(thread)": 1])
                        if Int.random(in: 0..<8, using: &random) == 0 {
                            _ = try connection.query("select pg_sleep(0.02)")
                        }
                        _ = try connection.query(number % 10 == 9 ? "rollback" : "commit")
                    }
                } catch {
                    failures.withLock { $0.append("\(error), seed \(SeededRandom.processSeed)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let superuser = try database.connect()
            while try superuser.fold("treasury", limit: 100) > 0 {}
            #expect(try superuser.number("select count(*) as number from ledger.deferred_entries") == 0)
            let counts: [Int64] = try ["treasury", "wallet:w0", "wallet:w1", "wallet:w2", "wallet:w3"].map {
                let account = try #require(AccountReference($0))
                return try AccountBalance(try superuser.query(AccountBalance.select(account)).only()).seq
            }
            #expect(counts == [4 * 108, 108, 108, 108, 108])
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }

    @Test("refuses what is no fold")
    func refusals() throws {
        try withDatabase { database in
            let connection = try database.connect()
            for (statement, state) in [
                ("select ledger.fold('treasury', 0)", "NW001"), ("select ledger.fold('treasury', null)", "NW001"),
                ("select ledger.fold('treasury', 100001)", "NW001"), ("select ledger.fold('nobody', 1)", "NW003"),
                ("select ledger.set_mode('wallet:a', 2::int2)", "NW003"),
                ("select ledger.set_mode('treasury', 3::int2)", "NW001"),
                ("select ledger.set_mode('treasury', null)", "NW001"),
                ("select ledger.set_mode('treasury', 1::int2, 1::int2)", "NW001"),
                ("select ledger.set_mode('treasury', 1::int2, 65::int2)", "NW001"),
                ("select ledger.set_mode('treasury', 2::int2, 2::int2)", "NW001"),
            ] {
                #expect(connection.state(of: SQL(raw: statement)) == state, "\(statement)")
            }
            for role in ["nerdwork_loyalty", "nerdwork_wallet", "nerdwork_ledger_audit", "nerdwork_reader"] {
                let other = try database.connect(as: role)
                #expect(other.state(of: "select ledger.set_mode('treasury', 2::int2)") == "42501")
                let folds = role == "nerdwork_ledger_audit"
                #expect(other.state(of: "select ledger.fold('treasury', 1)") == (folds ? nil : "42501"))
            }
        }
    }
}
