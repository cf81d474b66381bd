/// What can be seen without reading entries: a pass over accounts, balances, holds and checkpoints for each check.
enum BalanceChecks {
    static let incremental = [pairs, stripes, limits, HoldChecks.held, checkpoints]
    static let full = incremental + [checkpointEntries]

    static let systemAccounts = FindingQuery.fixed(
        "system accounts",
        """
        select 'system_account_missing'::text as code, array[e.account_id] as accounts, null::uuid as transaction_id,
               e.reference as detail
          from (values (9223372036854775807, 'treasury'), (9223372036854775806, 'revenue'),
                       (9223372036854775805, 'fees'), (9223372036854775804, 'suspense')) e(account_id, reference)
         where not exists (select from ledger.accounts a
                            where a.account_id = e.account_id and a.reference = e.reference and a.kind = 0)
        """)

    /// Every account has a balance and the other way round.
    static let pairs = AccountCheck(
        name: "accounts and balances",
        findings: """
            select case when b.account_id is null then 'account_without_balance' else 'balance_without_account' end as code,
                   array[coalesce(a.account_id, b.account_id)] as accounts, null::uuid as transaction_id,
                   'account ' || coalesce(a.account_id, b.account_id) as detail
              from accounts a full join balances b on b.account_id = a.account_id
             where a.account_id is null or b.account_id is null
            """)

    /// A striped account has its rows from 0 on, a wallet has one.
    static let stripes = AccountCheck(
        name: "stripes",
        findings: """
            select 'stripe_missing'::text as code, array[a.account_id] as accounts, null::uuid as transaction_id,
                   format('%s rows are missing', count(*)) as detail
              from accounts a cross join lateral generate_series(0, a.stripes - 1) s(stripe)
             where a.stripes > 1 and not exists (
                   select from balances b where b.account_id = a.account_id and b.stripe = s.stripe)
             group by a.account_id
            union all
            select 'stripe_unexpected', array[b.account_id], null, 'stripe ' || b.stripe
              from balances b
             where b.stripe > 0 and b.account_id < 9223372036854775000
            """)

    /// No account spends what it does not have.
    ///
    /// In `numeric`, which cannot overflow.
    static let limits = AccountCheck(
        name: "limits",
        findings: """
            select v.code, array[b.account_id] as accounts, null::uuid as transaction_id,
                   format('balance %s, held %s, minimum %s', b.balance, b.held, b.minimum_balance) as detail
              from balances b left join accounts a on a.account_id = b.account_id
             cross join lateral (values
                   ('below_minimum', b.balance::numeric - b.held < b.minimum_balance),
                   ('wallet_negative', a.kind = 1 and b.balance < 0),
                   ('minimum_removed', a.reference <> 'treasury' and coalesce(b.minimum_balance, -1) < 0),
                   ('held_negative', b.held < 0),
                   ('closed_with_balance', b.closed_at is not null and (b.balance <> 0 or b.held <> 0))) v(code, bad)
             where v.bad
            """)

    /// A checkpoint is never ahead of its account.
    static let checkpoints = AccountCheck(
        name: "checkpoints",
        findings: """
            select 'sequence_went_back'::text as code, array[k.account_id] as accounts, null::uuid as transaction_id,
                   format('verified up to %s, now %s', k.seq, b.seq) as detail
              from checkpoints k
              left join balances b on b.account_id = k.account_id and b.stripe = k.stripe
             where b.seq is null or b.seq < k.seq
            """)

    /// The balance of a checkpoint is that of its entry; its head is the balance row's where nothing has come since.
    static let checkpointEntries = AccountCheck(
        name: "checkpoint entries",
        findings: """
            select 'checkpoint_mismatch'::text as code, array[k.account_id] as accounts, null::uuid as transaction_id,
                   format('at %s: verified %s, entry says %s', k.seq, k.balance, e.balance_after) as detail
              from checkpoints k
              left join ledger.entries e on e.account_id = k.account_id and e.stripe = k.stripe and e.seq = k.seq
              left join balances b on b.account_id = k.account_id and b.stripe = k.stripe and b.seq = k.seq
             where (k.seq > 0 and (e.balance_after, e.created_at) is distinct from (k.balance, k.last_at))
                or (k.seq = 0 and k.balance <> 0) or b.head <> k.head
            """)
}
