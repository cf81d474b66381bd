internal import PostgresClient

/// Entries against balances: the other direction, which finds entries that no balance knows of.
enum EntryChecks {
    /// The entries of a span of time.
    static func inWindow(_ window: TimeWindow) -> SQL {
        """
        with page as (
            select e.* from ledger.entries e
             where e.created_at >= \(window.start)::text::timestamptz
               and (e.created_at < \(window.end)::text::timestamptz or \(window.end)::text = 'infinity'))
        \(raw: FindingQuery.limited(findings))
        """
    }

    // Balances and entries come from one snapshot, so a posting that commits meanwhile is seen in both or in neither.
    private static let findings = """
        select v.code, array[e.account_id] as accounts, e.transaction_id,
               format('entry %s, balance at %s', e.seq, b.seq) as detail
          from page e
          left join ledger.balances b on b.account_id = e.account_id and b.stripe = e.stripe
          left join ledger.accounts a on a.account_id = e.account_id
          left join ledger.checkpoints k on k.account_id = e.account_id and k.stripe = e.stripe
          left join ledger.transactions t on t.transaction_id = e.transaction_id
         cross join lateral (values
               ('entry_without_account', a.account_id is null),
               ('ghost_entry', b.seq is null or e.seq > b.seq),
               ('orphan_entry', t.transaction_id is null),
               ('entry_behind_checkpoint', e.seq <= k.seq and e.created_at > k.last_at)) v(code, bad)
         where v.bad
        """
}
