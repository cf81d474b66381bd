import Ledger
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Invariant 26 of docs/decisions/0005-ledger-at-scale.md, and switches.
@Suite("Modes of an account")
struct ModeTests {
    @Test("can be switched while 6 threads post and one folds: no error, and books that explain every NWT")
    func switches() throws {
        try withDatabase { database in
            let failures = Mutex<[String]>([])
            let posted = Mutex<Int64>(0)
            let remaining = Atomic(6)
            concurrently(8) { thread in
                do {
                    var random = SeededRandom(stream: UInt64(400 + thread))
                    let connection = try database.connect()
                    if thread >= 6 {
                        let modes: [AccountMode] = [.lazy, .strict, .striped(4), .striped(2)]
                        while remaining.load(ordering: .sequentiallyConsistent) > 0 {
                            _ = try connection.query("select pg_sleep(0.003)")
                            let account = try #require(["treasury", "fees"].randomElement(using: &random))
                            if thread == 6 {
                                let mode = try #require(modes.randomElement(using: &random))
                                try connection.setMode(account, mode)
                            } else {
                                _ = try connection.fold(account, limit: 50)
                            }
                        }
                        return
                    }
                    defer { remaining.subtract(1, ordering: .sequentiallyConsistent) }
                    for number in 0..<150 as Range<UInt64> {
                        let id = UInt64(thread + 1) << 32 | number
                        let amount = Int64.random(in: 1...9, using: &random)
                        let outcome =
                            number % 5 == 4
                            ? try connection.post(id, ["fees": -amount, "treasury": amount])
                            : try connection.post(
                                id, ["treasury": -amount - 1, "wallet:w\(thread)": amount, "fees": 1])
                        if case .posted = outcome, number % 5 != 4 { posted.withLock { $0 += amount } }
                    }
                } catch {
                    failures.withLock { $0.append("\(error), seed \(SeededRandom.processSeed)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let superuser = try database.connect()
            #expect(try LedgerInvariants.broken(superuser) == [])
            let wallets = try (0..<6).reduce(0) { try $0 + superuser.balance("wallet:w\($1)") }
            #expect(wallets == posted.withLock { $0 })
            for account in ["treasury", "fees"] { while try superuser.fold(account) > 0 {} }
            #expect(try LedgerInvariants.broken(superuser) == [])
            #expect(try superuser.balance("treasury") + superuser.balance("fees") == -wallets)
            #expect(try superuser.balance("fees") >= 0)
        }
    }

    @Test("striped: racing debits take what is there, row by row, and never more")
    func racingDebits() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.setMode("revenue", .striped(4))
            // Each connection fills the row that its process chooses.
            let takers = try (0..<8).map { _ in try database.connect() }
            for (index, taker) in takers.enumerated() {
                try taker.post(UInt64(index + 1), ["treasury": -25, "revenue": 25])
            }
            let rows = try superuser.number(
                "select count(*) as number from ledger.balances where balance > 0 and account_id = 9223372036854775806")
            #expect(rows >= 2)
            let taken = Mutex<Int64>(0)
            let failures = Mutex<[String]>([])
            concurrently(8) { thread in
                do {
                    let connection = try database.connect()
                    for number in 0..<60 as Range<UInt64> {
                        let id = UInt64(thread + 1) << 32 | number
                        let outcome = try connection.post(id, ["revenue": -1, "treasury": 1])
                        if case .posted = outcome { taken.withLock { $0 += 1 } }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            // 480 ask for 1 of 200. Each finds all rows in the end, though not while somebody else holds one.
            #expect(taken.withLock { $0 } <= 200)
            #expect(try superuser.balance("revenue") == 200 - taken.withLock { $0 })
            #expect(try LedgerInvariants.broken(superuser) == [])
            // Alone, one who asks for it gets the rest of every row.
            for number in 1_000..<1_200 as Range<UInt64> {
                guard try superuser.balance("revenue") > 0 else { break }
                try superuser.post(number, ["revenue": -1, "treasury": 1])
            }
            #expect(try superuser.balance("revenue") == 0)
            #expect(
                try superuser.post(2_000, ["revenue": -1, "treasury": 1])
                    == .rejected(.insufficientBalance, replayed: false))
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }

    @Test("striped: what lies in other rows stays the account's when it becomes strict again")
    func strictAgain() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.setMode("fees", .striped(8))
            for number in 1...8 as ClosedRange<UInt64> {
                try database.connect().post(number, ["treasury": -10, "fees": 10])
            }
            try superuser.setMode("fees", .strict)
            #expect(try superuser.balance("fees") == 80)
            var paid: Int64 = 0
            for number in 20..<40 as Range<UInt64> {
                if case .posted = try superuser.post(number, ["fees": -10, "treasury": 10]) { paid += 10 }
            }
            #expect(paid == 80)
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }
}
