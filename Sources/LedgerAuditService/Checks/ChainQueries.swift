internal import PostgresClient

/// Reads accounts and their entries for `AccountChain`.
enum ChainQueries {
    /// How many accounts one page has.
    static let pageSize: Int32 = 500

    /// The next accounts by id that have something to verify.
    ///
    /// In an incremental audit those whose balance row differs from its checkpoint.
    static func page(after account: Int64, stripe: Int16, mode: AuditMode) -> SQL {
        let full = mode == .full
        return """
            select b.account_id, b.stripe, b.seq, b.balance, b.last_at::text as last_time,
                   case when \(full) then 0 else coalesce(k.seq, 0) end as verified_seq,
                   case when \(full) then 0 else coalesce(k.balance, 0) end as verified_balance,
                   case when \(full) then '-infinity' else coalesce(k.last_at, '-infinity')::text end as verified_time
              from ledger.balances b
              left join ledger.checkpoints k on k.account_id = b.account_id and k.stripe = b.stripe
             where (b.account_id, b.stripe) > (\(account), \(stripe))
               and (\(full) or k.account_id is null
                    or (k.seq, k.balance, k.last_at) is distinct from (b.seq, b.balance, b.last_at))
             order by b.account_id, b.stripe
             limit \(pageSize)
            """
    }

    /// What the entries of each chain look like, from its verified position up to the position of the same index.
    ///
    /// Entries are immutable and `seq` is assigned under the row lock, so a later statement sees the same entries: no
    /// snapshot needs to stay open. Sums in `numeric`: forged numbers must not overflow.
    static func slices(_ chains: [AccountChain], upTo ends: [Int64]) -> SQL {
        """
        with work as (
            select * from unnest(\(chains.map(\.account)), \(chains.map(\.stripe)), \(chains.map(\.verifiedSeq)),
                \(ends), \(chains.map(\.verifiedBalance)), \(chains.map(\.verifiedTime))::text[]::timestamptz[])
                w(account_id, stripe, from_seq, to_seq, from_balance, from_time)),
        read as (
            select w.account_id, w.stripe, w.to_seq, e.seq, e.balance_after, e.created_at,
                   e.balance_after::numeric - e.amount <> lag(e.balance_after, 1, w.from_balance) over o as broken,
                   e.seq <> lag(e.seq, 1, w.from_seq) over o + 1 as gap,
                   e.created_at < lag(e.created_at, 1, w.from_time) over o as back,
                   t.transaction_id is null as orphan, t.status <> 0 as rejected
              from work w
              join lateral (select * from ledger.entries n
                             where n.account_id = w.account_id and n.stripe = w.stripe
                               and n.seq > w.from_seq and n.seq <= w.to_seq) e on true
              left join ledger.transactions t on t.transaction_id = e.transaction_id
            window o as (partition by w.account_id, w.stripe order by e.seq, e.created_at))
        select r.account_id, r.stripe, count(*) as entries,
               max(r.balance_after) filter (where r.seq = r.to_seq) as last_balance,
               (max(r.created_at) filter (where r.seq = r.to_seq))::text as last_time,
               min(r.seq) filter (where r.broken) as broken_at, min(r.seq) filter (where r.gap) as gap_at,
               min(r.seq) filter (where r.back) as back_at, count(*) filter (where r.orphan) as orphans,
               count(*) filter (where r.rejected) as rejected
          from read r
         group by r.account_id, r.stripe
        """
    }
}

extension AccountChain {
    /// Reads a row of `ChainQueries.page`.
    init(_ row: Row) throws(DatabaseError) {
        account = try row.decode("account_id")
        stripe = try row.decode("stripe")
        seq = try row.decode("seq")
        balance = try row.decode("balance")
        lastTime = try row.decode("last_time")
        verifiedSeq = try row.decode("verified_seq")
        verifiedBalance = try row.decode("verified_balance")
        verifiedTime = try row.decode("verified_time")
    }
}

extension ChainSlice {
    /// What an account looks like of which nothing was read.
    static let empty = ChainSlice(
        entries: 0, lastBalance: nil, lastTime: nil, brokenAt: nil, gapAt: nil, backAt: nil, orphans: 0, ofRejected: 0)

    /// Reads a row of `ChainQueries.slices`.
    init(_ row: Row) throws(DatabaseError) {
        entries = try row.decode("entries")
        lastBalance = try row.decodeIfPresent("last_balance")
        lastTime = try row.decodeIfPresent("last_time")
        brokenAt = try row.decodeIfPresent("broken_at")
        gapAt = try row.decodeIfPresent("gap_at")
        backAt = try row.decodeIfPresent("back_at")
        orphans = try row.decode("orphans")
        ofRejected = try row.decode("rejected")
    }
}
