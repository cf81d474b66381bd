internal import PostgresClient

/// Entries against balances: the other direction, which finds entries that no balance knows of.
enum EntryChecks {
    /// The entries of a span of time.
    static func inWindow(_ window: TimeWindow) -> SQL {
        """
        with page as (
            select e.* from ledger.entries e where \("e.created_at", in: window))
        \(raw: FindingQuery.limited(findings))
        union all
        select null, null, null, null, count(*) from page
        """
    }

    // Look-ups by key (offset 0 keeps the planner from anything else), so that the cost follows the window: a join may be
    // planned as a scan of all that there is.
    // An entry is never later than its transaction, but for those that waited for a fold.
    // Balances and entries come from one snapshot, so a posting that commits meanwhile is seen in both or in neither.
    private static let findings = """
        select v.code, array[e.account_id] as accounts, e.transaction_id,
               format('entry %s, balance at %s', e.seq, b.seq) as detail
          from page e
          left join lateral (select n.seq from ledger.balances n
                              where n.account_id = e.account_id and n.stripe = e.stripe offset 0) b on true
          left join lateral (select n.account_id from ledger.accounts n
                              where n.account_id = e.account_id offset 0) a on true
          left join lateral (select n.seq, n.last_at from ledger.checkpoints n
                              where n.account_id = e.account_id and n.stripe = e.stripe offset 0) k on true
          left join lateral (select n.transaction_id, n.created_at, n.deferred from ledger.transactions n
                              where n.transaction_id = e.transaction_id offset 0) t on true
         cross join lateral (values
               ('entry_without_account', a.account_id is null),
               ('ghost_entry', b.seq is null or e.seq > b.seq),
               ('orphan_entry', t.transaction_id is null),
               ('time_mismatch', e.created_at > t.created_at
                                 and not \(TransactionChecks.waited("e.account_id", "t.deferred"))),
               ('entry_behind_checkpoint', e.seq <= k.seq and e.created_at > k.last_at)) v(code, bad)
         where v.bad
        """
}
