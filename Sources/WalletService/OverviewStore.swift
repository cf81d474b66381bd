import Codecs
import Ledger
import PostgresClient

/// What a wallet holds now, in one statement.
enum OverviewStore {
    static func overview(of caller: UUID) -> SQL {
        "select balance, held, transaction_id, type, amount, created_at from wallet.overview(\(caller))"
    }

    static func decode(_ row: Row) throws -> WalletOverview {
        WalletOverview(
            balance: try row.decode("balance"), held: try row.decode("held"), lastMovement: try movement(row))
    }

    private static func movement(_ row: Row) throws -> WalletOverview.Movement? {
        guard let id = try row.decodeIfPresent("transaction_id", as: UUID.self) else { return nil }
        return WalletOverview.Movement(
            transactionID: id, type: try type(row), amount: try row.decode("amount"),
            createdAt: try row.decode("created_at"))
    }

    /// Throws `.decoding` for a type that this version does not know.
    static func type(_ row: Row) throws -> TransactionType {
        let code = try row.decode("type", as: Int16.self)
        guard let type = TransactionType(rawValue: code) else {
            throw DatabaseError(.decoding, "unknown transaction type \(code)", column: "type")
        }
        return type
    }
}
