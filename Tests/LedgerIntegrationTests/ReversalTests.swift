import Codecs
import Ledger
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Invariant 16 of docs/decisions/0005-ledger-at-scale.md.
@Suite("A reversal")
struct ReversalTests {
    /// The mirror of a posting.
    private static func reversal(_ number: UInt64, of posting: Posting) throws -> Posting {
        try Posting(
            id: transaction(number), type: .reversal, legs: posting.legs.map { Leg($0.account, -$0.amount) },
            reverses: posting.id)
    }

    @Test("happens once, whatever 20 who try at the same time do, each with an id of their own")
    func once() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            _ = try connection.post(reward)
            try connection.post(2, ["treasury": -500, "wallet:a": 500])
            let outcomes = Mutex<[String: Int]>([:])
            concurrently(20) { index in
                let outcome: String
                do {
                    let reversal = try Self.reversal(UInt64(100 + index), of: reward)
                    outcome = "\(try database.connect().post(reversal))"
                } catch let error as DatabaseError {
                    outcome = LedgerError(error)?.code ?? "\(error)"
                } catch {
                    outcome = "\(error)"
                }
                outcomes.withLock { $0[outcome, default: 0] += 1 }
            }
            let posted = PostingOutcome.posted(balances: [-500, 500], replayed: false)
            #expect(outcomes.withLock { $0 } == ["\(posted)": 1, "ledger.already_reversed": 19])
            #expect(try connection.balance("wallet:a") == 500)
            #expect(try connection.number("select count(*) as number from ledger.transactions") == 3)
            #expect(try LedgerInvariants.broken(connection) == [])
        }
    }

    @Test("answers the same again, and may itself be reversed by a new posting")
    func again() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            _ = try connection.post(reward)
            let reversal = try Self.reversal(2, of: reward)
            #expect(try connection.post(reversal) == .posted(balances: [0, 0], replayed: false))
            #expect(try connection.post(reversal) == .posted(balances: [0, 0], replayed: true))
            let back = try Self.reversal(3, of: reversal)
            #expect(try connection.post(back) == .posted(balances: [-5, 5], replayed: false))
            #expect(try connection.post(reward) == .posted(balances: [-5, 5], replayed: true))
        }
    }

    @Test("that would break a minimum is rejected for ever under its id, and possible under another one later")
    func minimum() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let reward = try posting(1, ["treasury": -5, "wallet:a": 5])
            _ = try connection.post(reward)
            try connection.post(2, ["wallet:a": -3, "wallet:b": 3], type: .tip)
            let early = try Self.reversal(3, of: reward)
            #expect(try connection.post(early) == .rejected(.insufficientBalance, replayed: false))
            try connection.post(4, ["wallet:b": -3, "wallet:a": 3], type: .tip)
            #expect(try connection.post(early) == .rejected(.insufficientBalance, replayed: true))
            #expect(try connection.post(Self.reversal(5, of: reward)) == .posted(balances: [0, 0], replayed: false))
        }
    }

    @Test("mirrors what it takes back: all of it, and only what was posted")
    func mirror() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let purchase = try posting(2, ["wallet:a": -9, "wallet:b": 8, "fees": 1], type: .purchase)
            try connection.post(1, ["treasury": -9, "wallet:a": 9])
            let rejected = try posting(3, ["wallet:b": -9, "wallet:a": 9], type: .tip)
            #expect(try connection.post(rejected) == .rejected(.insufficientBalance, replayed: false))
            _ = try connection.post(purchase)
            let wallet = try #require(AccountReference("wallet:a"))
            for wrong in [
                try Self.reversal(10, of: rejected),
                try Self.reversal(11, of: try posting(99, ["wallet:a": -9, "wallet:b": 9])),
                try Posting(
                    id: transaction(12), type: .reversal, legs: [Leg(wallet, 4), Leg(.system(.fees), -4)],
                    reverses: purchase.id),
                try Posting(
                    id: transaction(13), type: .reversal, legs: purchase.legs.map { Leg($0.account, $0.amount) },
                    reverses: purchase.id),
            ] {
                let error = #expect(throws: DatabaseError.self) { try connection.post(wrong) }
                #expect(error.flatMap { LedgerError($0) } == .notReversible)
            }
            let right = try Self.reversal(14, of: purchase)
            #expect(try connection.post(right) == .posted(balances: [9, 0, 0], replayed: false))
            // The id now belongs to the reversal of that transaction and of no other one.
            let twin = try Posting(id: right.id, type: .reversal, legs: right.legs, reverses: transaction(1))
            let error = #expect(throws: DatabaseError.self) { try connection.post(twin) }
            #expect(error.flatMap { LedgerError($0) } == .idempotencyConflict)
        }
    }
}
