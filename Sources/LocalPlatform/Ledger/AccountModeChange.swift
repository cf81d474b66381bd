internal import Ledger
internal import PostgresClient

/// An account and how it is to take postings from now on.
package struct AccountModeChange: Sendable {
    private let account: String
    private let mode: AccountMode

    /// Nil unless `mode` is `strict`, `striped:N` with N from 2 to 64, or `lazy`.
    package init?(account: String, mode: String) {
        guard let mode = AccountMode(mode) else { return nil }
        self.account = account
        self.mode = mode
    }

    /// Gives the mode to a system account; postings go on meanwhile.
    ///
    /// Throws `LocalError` where the ledger refuses it.
    package func apply(_ database: LocalDatabase) throws(LocalError) {
        let connection = try database.connection()
        let (mode, stripes) = mode.columns
        do throws(DatabaseError) {
            _ = try connection.query("select ledger.set_mode(\(account), \(mode), \(stripes))")
        } catch {
            throw LocalError(.data, "The account \(account) cannot have this mode: \(error.message).")
        }
    }
}
