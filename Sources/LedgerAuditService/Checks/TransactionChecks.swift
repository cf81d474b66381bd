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
    ///
    /// A leg is an entry, or for a while a deferred one: one snapshot sees it once. A transaction has the time of its newest
    /// entry, not counting those that waited for a fold: they are no older.
    private static let check = """
        , found as materialized (
            select p.transaction_id, f.legs, f.total, f.newest, f.early, f.accounts,
                   case when p.status = 0 and f.legs = p.legs
                       then p.fingerprint <> ledger.fingerprint(p.type, f.names, f.amounts) end as forged,
                   r.original, r.mirrored, r.others
              from page p
             cross join lateral (
                   select count(*) as legs, coalesce(sum(e.amount), 0) as total,
                          max(e.created_at) filter (where not w.waited) as newest,
                          bool_or(w.waited and e.created_at < p.created_at) as early,
                          array_agg(e.account_id) as accounts, array_agg(a.reference) as names,
                          array_agg(e.amount) as amounts
                     from (\(legs("p.transaction_id"))) e
                    cross join lateral (select \(waited("e.account_id", "p.deferred")) as waited) w
                     left join ledger.accounts a on a.account_id = e.account_id) f
              left join lateral (\(reversal)) r on true)
        \(FindingQuery.limited(findings))
        union all
        select null, null, null, null, count(*) from page
        """

    /// Whether the leg of an account was left to a fold (`transactions.deferred`).
    static func waited(_ account: String, _ deferred: String) -> String {
        """
        case when \(account) > 9223372036854775792
             then (\(deferred)::integer >> (9223372036854775807 - \(account))::integer) & 1 = 1 else false end
        """
    }

    private static func legs(_ transaction: String) -> String {
        """
        select n.account_id, n.amount, n.created_at from ledger.entries n where n.transaction_id = \(transaction)
        union all
        select n.account_id, n.amount, n.created_at from ledger.deferred_entries n where n.transaction_id = \(transaction)
        """
    }

    /// What a reversal reverses: whether it was posted, whether each account gets back what it gave, and who else does so.
    private static let reversal = """
        select exists (select from ledger.transactions o
                        where o.transaction_id = p.reverses and o.status = 0) as original,
               not exists (
                   select from (\(legs("p.transaction_id"))) n
                     full join (\(legs("p.reverses"))) o on o.account_id = n.account_id
                    where n.amount::numeric is distinct from -o.amount::numeric) as mirrored,
               exists (select from ledger.transactions o
                        where o.reverses = p.reverses and o.status = 0 and o.transaction_id <> p.transaction_id) as others
         where p.reverses is not null and p.status = 0
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
               ('time_mismatch', p.status = 0 and f.legs > 0 and (f.early or f.newest is distinct from p.created_at)),
               ('fingerprint_mismatch', f.forged),
               ('reversal_of_nothing', not f.original),
               ('reversal_mismatch', f.original and not f.mirrored),
               ('reversed_twice', f.others)) v(code, bad)
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
