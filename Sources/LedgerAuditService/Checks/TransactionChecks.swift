internal import Codecs
internal import PostgresClient

/// Each transaction against its entries: complete, balanced, and what was asked for.
enum TransactionChecks {
    /// How many transactions one statement reads in a full audit.
    static let pageSize = 5_000

    /// The transactions of a span of time.
    static func inWindow(_ window: TimeWindow) -> SQL {
        """
        with page as (
            select t.* from ledger.transactions t where \("t.created_at", in: window))
        \(raw: check)
        """
    }

    /// The next transactions by id, after `id` up to `last`.
    static func after(_ id: UUID?, upTo last: UUID) -> SQL {
        """
        with page as (
            select t.* from ledger.transactions t where \("t.transaction_id", after: id) and t.transaction_id <= \(last))
        \(raw: check)
        """
    }

    /// The id at the end of the next page; no row when nothing follows `id`.
    static func endOfPage(after id: UUID?) -> SQL {
        """
        select p.transaction_id
          from (select t.transaction_id from ledger.transactions t
                 where \("t.transaction_id", after: id) order by t.transaction_id limit \(pageSize)) p
         order by p.transaction_id desc limit 1
        """
    }

    /// One row more than the findings, without code, says how many transactions were read.
    ///
    /// Lateral, so that the cost follows the page: a join may be planned as a scan of every entry there is. Materialized, because
    /// expressions inside VALUES are prepared anew for each row, the function with them.
    private static let check = """
        , found as materialized (
            select p.transaction_id, f.legs, f.total, f.newest, f.accounts,
                   case when p.status = 0 and f.legs = p.legs
                       then p.fingerprint <> ledger.fingerprint(p.type, f.names, f.amounts) end as forged
              from page p
             cross join lateral (
                   select count(*) as legs, coalesce(sum(e.amount), 0) as total, max(e.created_at) as newest,
                          array_agg(e.account_id) as accounts, array_agg(a.reference) as names,
                          array_agg(e.amount) as amounts
                     from ledger.entries e
                     left join ledger.accounts a on a.account_id = e.account_id
                    where e.transaction_id = p.transaction_id) f)
        \(FindingQuery.limited(findings))
        union all
        select null, null, null, null, count(*) from page
        """

    private static let findings = """
        select v.code, f.accounts, p.transaction_id,
               format('%s of %s entries, sum %s', f.legs, p.legs, f.total) as detail
          from page p join found f on f.transaction_id = p.transaction_id
         cross join lateral (values
               ('transaction_without_entries', p.status = 0 and f.legs = 0),
               ('wrong_leg_count', p.status = 0 and f.legs > 0 and f.legs <> p.legs),
               ('one_legged_transaction', f.legs = 1),
               ('entries_of_rejected', p.status <> 0 and f.legs > 0),
               ('unbalanced_transaction', f.total <> 0),
               ('time_mismatch', p.status = 0 and f.newest <> p.created_at),
               ('fingerprint_mismatch', f.forged)) v(code, bad)
         where v.bad
        """
}

extension SQL.StringInterpolation {
    /// The condition that an identifier follows `id`; nil precedes all.
    fileprivate mutating func appendInterpolation(_ column: String, after id: UUID?) {
        guard let id else { return appendLiteral("true") }
        appendInterpolation(raw: "\(column) > ")
        appendInterpolation(id)
    }
}
