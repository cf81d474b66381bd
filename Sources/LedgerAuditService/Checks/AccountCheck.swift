internal import PostgresClient

/// A check that concerns each account by itself, so that it can be made for some accounts after the other.
///
/// Its query says `accounts`, `balances`, `checkpoints` and `holds` for the rows of the accounts of a page. It has one
/// snapshot, like every `FindingQuery`.
struct AccountCheck {
    /// What an incomplete report calls it.
    let name: String
    /// Columns as of a `FindingQuery`.
    let findings: String

    /// The findings about the accounts after one (nil: from the first on) and up to another.
    func sql(after account: Int64?, upTo last: Int64) -> SQL {
        """
        with accounts as not materialized (
            select * from ledger.accounts n where \("n.account_id", after: account) and n.account_id <= \(last)),
        balances as not materialized (
            select * from ledger.balances n where \("n.account_id", after: account) and n.account_id <= \(last)),
        checkpoints as not materialized (
            select * from ledger.checkpoints n where \("n.account_id", after: account) and n.account_id <= \(last)),
        holds as not materialized (
            select * from ledger.holds n where \("n.account_id", after: account) and n.account_id <= \(last))
        \(raw: FindingQuery.limited(findings))
        """
    }

    /// The last account of the next page, and how many rows there are up to it; fewer than asked for at the end.
    ///
    /// Of every table that has rows for each account, so that what only one of them has counts too.
    static func endOfPage(after account: Int64?, rows: Int64) -> SQL {
        """
        select max(p.account_id) as last, count(*) as rows
          from (select n.account_id from (
                    (\(page: "ledger.accounts", after: account, rows)) union all
                    (\(page: "ledger.balances", after: account, rows)) union all
                    (\(page: "ledger.checkpoints", after: account, rows))) n
                 order by n.account_id limit \(raw: "\(rows)")) p
        """
    }
}

extension SQL.StringInterpolation {
    fileprivate mutating func appendInterpolation(_ column: String, after account: Int64?) {
        guard let account else { return appendLiteral("true") }
        appendInterpolation(raw: "\(column) > ")
        appendInterpolation(account)
    }

    fileprivate mutating func appendInterpolation(page table: String, after account: Int64?, _ rows: Int64) {
        appendInterpolation(raw: "select n.account_id from \(table) n where ")
        appendInterpolation("n.account_id", after: account)
        // Not as a parameter: the plan depends on it.
        appendInterpolation(raw: " order by n.account_id limit \(rows)")
    }
}
