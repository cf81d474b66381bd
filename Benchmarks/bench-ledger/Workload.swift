import Codecs
import Ledger
import Platform
import PostgresClient

/// What one kind of posting is made of.
struct Workload: Sendable {
    enum Payer: String, Sendable {
        /// No two connections touch the same account.
        case distinct
        /// Everybody debits the treasury, whatever its mode.
        case treasury
    }

    static let wallets = 4_000

    let payer: Payer
    /// Postings in one call: 1 is `ledger.post`.
    let batch: Int
    let durability: Durability

    /// The statement of the next call of a connection.
    func statement(
        connection: Int, of connections: Int, _ random: inout some RandomNumberGenerator
    ) throws -> SQL {
        let postings = try (0..<batch).map { _ in
            try posting(connection: connection, of: connections, &random)
        }
        return batch == 1 ? LedgerStatement.post(postings[0]) : LedgerStatement.postBatch(postings)
    }

    private func posting(
        connection: Int, of connections: Int, _ random: inout some RandomNumberGenerator
    ) throws -> Posting {
        // As identifiers of events are: the time in front, for the sake of the index.
        let id = UUID.version8(at: SystemClock.now(), random: random.next(), random.next())
        // Each connection has its own share of the wallets: only the payer may be contended.
        let share = Self.wallets / connections
        let first = connection * share + Int.random(in: 0..<share / 2, using: &random)
        let payee = try Self.wallet(first)
        switch payer {
        case .treasury:
            return try Posting(id: id, type: .reward, amount: 5, from: .system(.treasury), to: payee)
        case .distinct:
            return try Posting(id: id, type: .tip, amount: 1, from: Self.wallet(first + share / 2), to: payee)
        }
    }

    static func wallet(_ number: Int) throws -> AccountReference {
        guard let owner = UserID("bench-\(number)") else { throw UsageError() }
        return .wallet(owner: owner)
    }
}

extension UUID {
    /// Version 8 of a time and random bits (RFC 9562, section 5.8).
    static func version8(at time: Timestamp, random first: UInt64, _ second: UInt64) -> UUID {
        let high = UInt64(bitPattern: time.millisecondsSince1970) << 16 | 0x8000 | first & 0x0FFF
        return UUID(high: high, low: second & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }
}
