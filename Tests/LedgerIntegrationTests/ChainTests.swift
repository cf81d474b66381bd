import Codecs
import Cryptography
import Ledger
import PostgresClient
import TestSupport
import Testing

/// Invariant 23 of docs/decisions/0005-ledger-at-scale.md: the head follows from the entries and from nothing else.
@Suite("The chain of an account")
struct ChainTests {
    /// Each row's head, computed here from the entries as they are documented.
    private static func computed(_ connection: PostgresConnection) throws -> [String: [UInt8]] {
        var heads: [String: [UInt8]] = [:]
        let rows = try connection.query(
            """
            select transaction_id, account_id, stripe, seq, amount,
                   (extract(epoch from created_at - timestamptz '2000-01-01 00:00:00+00') * 1000000)::bigint as micros
              from ledger.entries order by account_id, stripe, seq
            """)
        for row in rows {
            let account = try row.decode("account_id", as: Int64.self)
            let stripe = try row.decode("stripe", as: Int16.self)
            let id = try row.decode("transaction_id", as: UUID.self)
            var bytes = heads["\(account)/\(stripe)"] ?? [UInt8](repeating: 0, count: 32)
            bytes += bigEndian(id.high) + bigEndian(id.low) + bigEndian(account) + bigEndian(stripe)
            for column in ["seq", "amount", "micros"] { bytes += bigEndian(try row.decode(column, as: Int64.self)) }
            #expect(bytes.count == 32 + 16 + 8 + 2 + 8 + 8 + 8)
            heads["\(account)/\(stripe)"] = SHA256.digest(bytes)
        }
        return heads
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func stored(_ connection: PostgresConnection) throws -> [String: [UInt8]] {
        var heads: [String: [UInt8]] = [:]
        for row in try connection.query("select account_id, stripe, head from ledger.balances where seq > 0") {
            let key = "\(try row.decode("account_id", as: Int64.self))/\(try row.decode("stripe", as: Int16.self))"
            heads[key] = try row.decode("head", as: [UInt8].self)
        }
        return heads
    }

    @Test("has the head that follows from its entries: singles, batches, rejections, folds, stripes, reversals")
    func heads() throws {
        try withDatabase { database in
            let connection = try database.connect()
            var random = SeededRandom(stream: 5)
            for number in 1...400 as ClosedRange<UInt64> {
                switch number {
                case 100: try connection.setMode("treasury", .lazy)
                case 200: try connection.setMode("fees", .striped(3))
                case 300: try connection.setMode("treasury", .strict)
                default: break
                }
                let payer = "wallet:w\(Int.random(in: 0..<5, using: &random))"
                let amount = Int64.random(in: 2...30, using: &random)
                let some =
                    number % 3 == 0
                    ? try posting(number, ["treasury": -amount, payer: amount])
                    : try posting(number, [payer: -amount - 1, "wallet:x": amount, "fees": 1], type: .purchase)
                if number % 4 == 0 {
                    let another = try posting(number + 10_000, ["treasury": -amount, payer: amount - 1, "fees": 1])
                    _ = try connection.postBatch([some, another, some])
                } else {
                    try connection.post(some)
                }
                if number % 50 == 0 { _ = try connection.fold("treasury", limit: 7) }
            }
            let computed = try Self.computed(connection)
            #expect(computed.count >= 8)
            #expect(try Self.stored(connection) == computed, "seed \(random.seed)")
        }
    }

    @Test("of no entries is 32 zero bytes, and a rejection puts the head back")
    func rejected() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let zero: [UInt8] = try connection.query(
                "select head from ledger.balances where account_id = 9223372036854775807"
            ).only().decode("head")
            #expect(zero == [UInt8](repeating: 0, count: 32))
            try connection.post(1, ["treasury": -3, "wallet:a": 3])
            try connection.post(2, ["treasury": -3, "wallet:b": 3])
            let before = try Self.stored(connection)
            #expect(
                try connection.post(3, ["wallet:a": 5, "wallet:b": -5], type: .tip)
                    == .rejected(.insufficientBalance, replayed: false))
            #expect(try Self.stored(connection) == before)
        }
    }
}
