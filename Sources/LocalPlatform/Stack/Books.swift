package import Codecs
internal import PostgresClient

/// The ledger's accounts and the newest audit, for people.
package struct Books: Sendable {
    package struct Account: Sendable {
        package let reference: String
        package let kind: String
        package let balance: Int64
        package let entries: Int64
        package let lastMovement: Timestamp?
    }

    package struct Audit: Sendable {
        package let mode: String
        package let state: String
        package let findings: Int64
        package let finishedAt: Timestamp
    }

    /// At most 500, system accounts first, then the wallets that moved last.
    package let accounts: [Account]
    /// How many accounts there are in all.
    package let accountCount: Int64
    /// The sum of all balances; anything but 0 means that the books are wrong.
    package let total: Int64
    package let lastAudit: Audit?

    /// Reads the books at one moment.
    package init(_ database: LocalDatabase) throws(LocalError) {
        let connection = try database.connection()
        do throws(DatabaseError) {
            let results = try connection.pipeline([Self.accountsSQL, Self.totalSQL, Self.auditSQL])
            var accounts: [Account] = []
            for row in results[0] { accounts.append(try Self.account(row)) }
            self.accounts = accounts
            let total = try results[1].only()
            self.total = try total.decode("total")
            accountCount = try total.decode("accounts")
            lastAudit = try results[2].first.map { row throws(DatabaseError) in try Self.audit(row) }
        } catch {
            throw LocalError(.unavailable, "The books cannot be read: \(error).")
        }
    }

    private static let accountsSQL: SQL = """
        select a.reference, a.kind, coalesce(b.balance, 0)::bigint as balance, coalesce(e.entries, 0) as entries,
               e.last_movement
          from ledger.accounts a
          left join (select account_id, sum(balance) as balance from ledger.balances group by account_id) b
               using (account_id)
          left join (select account_id, count(*) as entries, max(created_at) as last_movement
                       from ledger.entries group by account_id) e using (account_id)
         order by a.kind, e.last_movement desc nulls last, a.reference
         limit 500
        """

    private static let totalSQL: SQL = """
        select (select coalesce(sum(balance), 0)::bigint from ledger.balances) as total,
               (select count(*) from ledger.accounts) as accounts
        """

    private static let auditSQL: SQL = """
        select mode, state, finding_count, finished_at from ledger.audits order by audit_id desc limit 1
        """

    private static func account(_ row: Row) throws(DatabaseError) -> Account {
        Account(
            reference: try row.decode("reference"),
            kind: try row.decode("kind", as: Int16.self) == 0 ? "system" : "wallet",
            balance: try row.decode("balance"), entries: try row.decode("entries"),
            lastMovement: try row.decodeIfPresent("last_movement"))
    }

    private static func audit(_ row: Row) throws(DatabaseError) -> Audit {
        Audit(
            mode: try row.decode("mode"), state: try row.decode("state"), findings: try row.decode("finding_count"),
            finishedAt: try row.decode("finished_at"))
    }
}
