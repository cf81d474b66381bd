internal import PostgresClient

/// Holds against what balances keep back, and against what they were captured with.
enum HoldChecks {
    /// What an account keeps back is the sum of its open holds: one snapshot, because both change together.
    static let held = AccountCheck(
        name: "holds",
        findings: """
            select 'held_mismatch'::text as code, array[coalesce(h.account_id, b.account_id)] as accounts,
                   null::uuid as transaction_id,
                   format('held %s, open holds %s', coalesce(b.held, 0), coalesce(h.amount, 0)) as detail
              from (select n.account_id, sum(n.amount) as amount from holds n
                     where n.status = 0 group by n.account_id) h
              full join (select n.account_id, sum(n.held) as held from balances n
                          where n.held <> 0 group by n.account_id) b on b.account_id = h.account_id
             where coalesce(h.amount, 0) <> coalesce(b.held, 0)
            """)

    /// Holds that were opened in a span of time.
    static func inWindow(_ window: TimeWindow) -> SQL {
        """
        with page as (
            select h.* from ledger.holds h where \("h.created_at", in: window))
        \(raw: FindingQuery.limited(findings))
        union all
        select null, null, null, null, count(*) from page
        """
    }

    // A capture posts a purchase that takes what was captured from the payer.
    private static let findings = """
        select 'hold_mismatch'::text as code, array[p.account_id] as accounts, p.transaction_id,
               format('hold %s: captured %s of %s, status %s', p.hold_id, p.captured, p.amount, p.status) as detail
          from page p
          left join lateral (select n.status, n.type from ledger.transactions n
                              where n.transaction_id = p.transaction_id offset 0) t on true
          left join lateral (select n.amount from ledger.entries n
                              where n.transaction_id = p.transaction_id and n.account_id = p.account_id
                              limit 1) e on true
         where case when p.status = 1
                    then t.status is distinct from 0 or t.type <> 3 or p.captured not between 1 and p.amount
                         or e.amount is distinct from -p.captured or p.resolved_at is null
                    else p.captured is not null or p.transaction_id is not null
                         or (p.status = 0) <> (p.resolved_at is null and p.status <> 4) end
        """
}
