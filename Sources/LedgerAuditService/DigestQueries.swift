internal import PostgresClient

/// What a digest reads, in short statements like the audit's.
enum DigestQueries {
    /// The days of the digest, oldest first, with what an earlier digest says of each.
    ///
    /// Entries are only ever appended, so a day that was counted an hour after its end stays as it is. A transaction
    /// may commit a while after the time that it states; the limits on statements keep that while far below an hour.
    static let days: SQL = """
        with days as (
            select d::date as day, d at time zone 'UTC' as start, (d + interval '1 day') at time zone 'UTC' as finish
              from (select (now() at time zone 'UTC')::date as today) t
             cross join lateral generate_series(
                   (today - \(Int64(AuditDigest.days))::integer)::timestamp, (today - 1)::timestamp,
                   interval '1 day') d),
        told as (
            select r ->> 'day' as day, r ->> 'amount' as amount, r ->> 'count' as count, a.started_at
              from (select n.started_at, n.report from ledger.audits n order by n.audit_id desc limit 20) a
             cross join lateral jsonb_path_query(a.report, 'lax $.digest.rewardsPerDay[*]') r)
        select d.day::text as day, d.start::text as start, d.finish::text as finish,
               t.amount::bigint as amount, t.count::bigint as count
          from days d
          left join lateral (
              select told.amount, told.count from told
               where told.day = d.day::text and told.started_at >= d.finish + interval '1 hour'
               limit 1) t on true
         order by d.day
        """

    /// The rewards of a day: what wallets got in transactions of type REWARD.
    ///
    /// By the wallets' legs, because the treasury's may wait for a fold. Found by block ranges of time: a wallet's entry is
    /// at most a moment older than its transaction.
    static func rewards(in day: TimeWindow) -> SQL {
        """
        select coalesce(sum(e.amount), 0)::bigint as amount, count(distinct e.transaction_id) as count
          from ledger.transactions t
          join ledger.entries e on e.transaction_id = t.transaction_id
         where \("t.created_at", in: day) and t.type = 1 and t.status = 0
           and e.created_at >= \(day.start)::text::timestamptz - interval '1 hour'
           and e.created_at < \(day.end)::text::timestamptz
           and e.account_id < 9223372036854775000
        """
    }

    /// The wallets that hold most; of those that hold the same, the oldest.
    ///
    /// Cut off before the names are looked up, because that costs more than reading all balances.
    static let richest: SQL = """
        select a.reference as account, b.balance
          from (select n.account_id, n.balance from ledger.balances n
                 where n.account_id < 9223372036854775000 and n.balance > 0
                 order by n.balance desc, n.account_id limit \(Int64(AuditDigest.holdings))) b
          join ledger.accounts a on a.account_id = b.account_id
         order by b.balance desc, b.account_id
        """
}
