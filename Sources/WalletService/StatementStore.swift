import Codecs
import Ledger
import PostgresClient

/// A page of a wallet's entries with the balances around its period, in one statement and so of one moment.
enum StatementStore {
    /// - Parameters:
    ///   - before: the `seq` of the last line of the page before; nil for the first page
    ///   - limit: how many lines at most
    static func page(of caller: UUID, in period: Period, before: Int64?, limit: Int) -> SQL {
        """
        select opening, closing, seq, transaction_id, type, amount, balance_after, created_at, comic
        from wallet.statement(\(caller), coalesce(\(period.start), '-infinity'), coalesce(\(period.end), 'infinity'),
            coalesce(\(before), 9223372036854775807), \(Int32(clamping: limit)))
        """
    }

    /// - Parameter limit: of the page, one less than was asked for
    static func decode(_ rows: QueryResult, limit: Int) throws -> WalletStatement {
        guard let first = rows.first else { throw DatabaseError(.decoding, "a statement has one row at least") }
        return WalletStatement(
            opening: try first.decode("opening"), closing: try first.decode("closing"),
            found: try rows.compactMap { try line($0) }, limit: limit)
    }

    private static func line(_ row: Row) throws -> WalletStatement.Line? {
        guard let seq = try row.decodeIfPresent("seq", as: Int64.self) else { return nil }
        return WalletStatement.Line(
            seq: seq, transactionID: try row.decode("transaction_id"), type: try OverviewStore.type(row),
            amount: try row.decode("amount"), balance: try row.decode("balance_after"),
            createdAt: try row.decode("created_at"), comic: try row.decodeIfPresent("comic"))
    }
}
