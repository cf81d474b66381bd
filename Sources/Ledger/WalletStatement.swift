package import Codecs
package import PostgresClient

/// What an account holds now.
package struct AccountBalance: Hashable, Sendable {
    package let balance: Int64
    /// Part of the balance that is reserved.
    package let held: Int64
    /// Number of entries so far; legs that wait for a fold are in the balance, but no entries yet.
    package let seq: Int64
    package let isClosed: Bool

    /// One row, or none when the account was never opened.
    package static func select(_ account: AccountReference) -> SQL {
        "select balance, held, seq, closed_at is not null as closed from ledger.balance(\(account.text))"
    }

    /// Reads a row of `select`.
    package init(_ row: Row) throws(DatabaseError) {
        balance = try row.decode("balance")
        held = try row.decode("held")
        seq = try row.decode("seq")
        isClosed = try row.decode("closed")
    }
}

/// One line of an account's statement.
package struct StatementLine: Hashable, Sendable {
    /// Position in the account's history, 1 for the oldest; the cursor of the next page.
    package let seq: Int64
    package let transactionID: UUID
    package let type: TransactionType
    package let amount: Int64
    package let balanceAfter: Int64
    package let createdAt: Timestamp

    /// The newest lines below a position, newest first.
    ///
    /// - Parameters:
    ///   - before: the `seq` of the last line of the page before; nil for the first page
    ///   - limit: 1 to 200
    package static func select(_ account: AccountReference, before: Int64? = nil, limit: Int32 = 50) -> SQL {
        """
        select seq, transaction_id, type, amount, balance_after, created_at
          from ledger.statement(\(account.text), \(before), \(limit)) order by seq desc
        """
    }

    /// Reads a row of `select`.
    package init(_ row: Row) throws(DatabaseError) {
        let code = try row.decode("type", as: Int16.self)
        guard let type = TransactionType(rawValue: code) else {
            throw DatabaseError(.decoding, "unknown transaction type \(code)", column: "type")
        }
        seq = try row.decode("seq")
        transactionID = try row.decode("transaction_id")
        self.type = type
        amount = try row.decode("amount")
        balanceAfter = try row.decode("balance_after")
        createdAt = try row.decode("created_at")
    }
}
