import Codecs
import Ledger
import PostgresClient
import TestSupport
import Testing

/// The identifier of the n-th transaction of a test.
func transaction(_ number: UInt64) -> UUID {
    UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 | number)
}

/// Legs from references and amounts, as `["treasury": -5, "wallet:a": 5]`.
func posting(
    _ number: UInt64, _ legs: KeyValuePairs<String, Int64>, type: TransactionType = .reward
) throws -> Posting {
    let legs = try legs.map { Leg(try #require(AccountReference($0.key)), $0.value) }
    return try Posting(id: transaction(number), type: type, legs: legs)
}

extension PostgresConnection {
    /// Posts through the library.
    @discardableResult
    func post(_ posting: Posting) throws -> PostingOutcome {
        try LedgerStatement.decode(try query(LedgerStatement.post(posting)).only())
    }

    @discardableResult
    func post(
        _ number: UInt64, _ legs: KeyValuePairs<String, Int64>, type: TransactionType = .reward
    ) throws -> PostingOutcome {
        try post(try posting(number, legs, type: type))
    }

    func postBatch(_ postings: [Posting]) throws -> [PostingOutcome] {
        try LedgerStatement.decodeBatch(try query(LedgerStatement.postBatch(postings)))
    }

    func setMode(_ account: String, _ mode: AccountMode) throws {
        _ = try query("select ledger.set_mode(\(account), \(mode.columns.mode), \(mode.columns.stripes))")
    }

    /// How many legs found their place.
    func fold(_ account: String, limit: Int32 = 100_000) throws -> Int32 {
        try query("select ledger.fold(\(account), \(limit)) as folded").only().decode("folded")
    }

    /// Every value of every row of accounts, balances and entries, as text.
    func books() throws -> [String] {
        try query(
            """
            select 'a' || a::text as row from ledger.accounts a union all
            select 'b' || b::text from ledger.balances b union all
            select 'e' || e::text from ledger.entries e union all
            select 'd' || d::text from ledger.deferred_entries d order by 1
            """
        ).map { try $0.decode("row") }
    }

    func balance(_ reference: String) throws -> Int64 {
        let account = try #require(AccountReference(reference))
        return try AccountBalance(try query(AccountBalance.select(account)).only()).balance
    }

    func number(_ sql: SQL) throws -> Int64 {
        try query(sql).only().decode("number")
    }

    /// The error's SQLSTATE; nil when the statement succeeds.
    func state(of sql: SQL) -> String? {
        do {
            _ = try query(sql)
            return nil
        } catch {
            return error.sqlState ?? "\(error)"
        }
    }
}
