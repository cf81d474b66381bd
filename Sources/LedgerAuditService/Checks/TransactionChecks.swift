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
            select t.* from ledger.transactions t
             where t.created_at >= \(window.start)::text::timestamptz
               and (t.created_at < \(window.end)::text::timestamptz or \(window.end)::text = 'infinity'))
        \(raw: check)
        """
    }

    /// The next transactions by id, after `id` up to `last`.
    static func after(_ id: UUID, upTo last: UUID) -> SQL {
        """
        with page as (
            select t.* from ledger.transactions t where t.transaction_id > \(id) and t.transaction_id <= \(last))
        \(raw: check)
        """
    }

    /// The id at the end of the next page; no row when nothing follows `id`.
    static func endOfPage(after id: UUID) -> SQL {
        """
        select p.transaction_id
          from (select t.transaction_id from ledger.transactions t
                 where t.transaction_id > \(id) order by t.transaction_id limit \(pageSize)) p
         order by p.transaction_id desc limit 1
        """
    }

    /// One row more than the findings, without code, says how many transactions were read.
    private static let check = """
        , found as (
            select p.transaction_id, count(e.amount) as legs, coalesce(sum(e.amount), 0) as total,
                   array_agg(e.account_id) filter (where e.account_id is not null) as accounts,
                   array_agg(a.reference) as names, array_agg(e.amount) as amounts
              from page p
              left join ledger.entries e on e.transaction_id = p.transaction_id
              left join ledger.accounts a on a.account_id = e.account_id
             group by p.transaction_id)
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
               ('fingerprint_mismatch', p.status = 0 and f.legs = p.legs
                   and p.fingerprint <> ledger.fingerprint(p.type, f.names, f.amounts))) v(code, bad)
         where v.bad
        """
}
