internal import PostgresClient

/// What the page asks the books.
///
/// A balance is that of all stripes of an account and of what waits to be folded in.
enum LedgerQueries {
    static let totals: SQL = """
        select ((select coalesce(sum(balance), 0) from ledger.balances)
                + (select coalesce(sum(amount), 0) from ledger.deferred_entries))::bigint as total,
               -((select coalesce(sum(b.balance), 0) from ledger.balances b join ledger.accounts a using (account_id)
                   where a.reference = 'treasury')
                + (select coalesce(sum(d.amount), 0) from ledger.deferred_entries d join ledger.accounts a using (account_id)
                    where a.reference = 'treasury'))::bigint as circulation,
               (select count(*) from ledger.accounts) as accounts,
               (select count(*) from ledger.transactions where status = 0) as transactions
        """

    static let audit: SQL = """
        select mode, state, finding_count::bigint as finding_count, finished_at
          from ledger.audits order by audit_id desc limit 1
        """

    /// One line for each account: the readers' names are those of their profiles.
    private static let lines = """
        select a.reference, a.kind = 0 as is_system, coalesce(u.display_name, '') as name,
               (coalesce(b.balance, 0) + coalesce(d.amount, 0))::bigint as balance, coalesce(b.held, 0)::bigint as held,
               (coalesce(b.entries, 0) + coalesce(d.entries, 0))::bigint as entries,
               greatest(nullif(b.last_at, '-infinity'), d.last_at) as last_movement
          from ledger.accounts a
          left join (select account_id, sum(balance) as balance, sum(held) as held, sum(seq) as entries,
                            max(last_at) as last_at
                       from ledger.balances group by account_id) b using (account_id)
          left join (select account_id, sum(amount) as amount, count(*) as entries, max(created_at) as last_at
                       from ledger.deferred_entries group by account_id) d using (account_id)
          left join auth.users u on a.kind = 1 and 'wallet:' || u.user_id = a.reference
        """

    /// System accounts first, then those that moved last.
    static func accounts(_ search: String, limit: Int) -> SQL {
        """
        select * from (\(raw: lines)) l
         where position(lower(\(search)::text) in lower(l.reference || ' ' || l.name)) > 0
         order by not l.is_system, l.last_movement desc nulls last, l.reference
         limit \(Int64(limit))
        """
    }

    static func account(_ reference: String) -> SQL {
        "select * from (\(raw: lines)) l where l.reference = \(reference)"
    }

    /// The newest first, each with the balance after it, counted back from now, and with who else took part.
    static func entries(_ reference: String, limit: Int) -> SQL {
        """
        with account as (select account_id from ledger.accounts where reference = \(reference)),
        legs as (
            select e.transaction_id, e.amount, e.created_at, e.seq from ledger.entries e join account using (account_id)
             union all
            select d.transaction_id, d.amount, d.created_at, 9223372036854775807
              from ledger.deferred_entries d join account using (account_id)),
        newest as (select * from legs order by created_at desc, seq desc, transaction_id limit \(Int64(limit))),
        present as (
            select (select coalesce(sum(balance), 0) from ledger.balances join account using (account_id))
                 + (select coalesce(sum(amount), 0) from ledger.deferred_entries join account using (account_id)) as balance)
        select n.transaction_id, n.amount, n.created_at,
               (array['REWARD', 'TIP', 'PURCHASE', 'GRANT', 'REVERSAL'])[t.type] as type,
               (p.balance - coalesce(sum(n.amount) over (order by n.created_at desc, n.seq desc, n.transaction_id
                    rows between unbounded preceding and 1 preceding), 0))::bigint as balance,
               coalesce(o.names, '') as others
          from newest n
          cross join present p
          join ledger.transactions t using (transaction_id)
          left join lateral (
            select string_agg(distinct coalesce(nullif(u.display_name, ''), a.reference), ', ') as names
              from (select account_id from ledger.entries where transaction_id = n.transaction_id
                     union select account_id from ledger.deferred_entries where transaction_id = n.transaction_id) x
              join ledger.accounts a using (account_id)
              left join auth.users u on a.kind = 1 and 'wallet:' || u.user_id = a.reference
             where x.account_id not in (select account_id from account)) o on true
         order by n.created_at desc, n.seq desc, n.transaction_id
        """
    }

    static func readers(limit: Int) -> SQL {
        """
        select user_id, display_name from auth.users where status = 'active' order by created_at desc
         limit \(Int64(limit))
        """
    }
}
