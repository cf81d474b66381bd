internal import PostgresClient

/// Reads the balances of a cut and their entries for `AccountChain`.
enum ChainQueries {
    /// How many accounts one page has.
    static let pageSize: Int32 = 2_000

    /// The next balances of the cut by account and stripe.
    static func page(of run: Int64, after account: Int64, stripe: Int16) -> SQL {
        """
        select c.account_id, c.stripe, c.seq, c.balance, c.last_at::text as last_time, c.head,
               c.from_seq, c.from_balance, c.from_at::text as from_time, c.from_head
          from ledger.audit_cut c
         where c.run_id = \(run) and (c.account_id, c.stripe) > (\(account), \(stripe))
         order by c.account_id, c.stripe
         limit \(pageSize)
        """
    }

    /// What the entries of each chain look like, from its verified position up to the position of the same index.
    ///
    /// Entries are immutable and `seq` is assigned under the row lock, so a later statement sees the same entries: no
    /// snapshot needs to stay open. Sums in `numeric`: forged numbers must not overflow. Look-ups by key (offset 0 keeps
    /// the planner from anything else), so that the cost follows what is new and not what there is.
    ///
    /// - Parameter everywhere: in all partitions; else in those that the times of the chain allow, which are the right
    ///   ones as long as nothing is wrong.
    static func slices(_ chains: [AccountChain], upTo ends: [Int64], everywhere: Bool) -> SQL {
        """
        with work as (
            select * from unnest(\(chains.map(\.account)), \(chains.map(\.stripe)), \(chains.map(\.verifiedSeq)),
                \(ends), \(chains.map(\.verifiedBalance)), \(chains.map(\.verifiedTime))::text[]::timestamptz[],
                \(chains.map(\.lastTime))::text[]::timestamptz[], \(chains.map(\.verifiedHead)))
                w(account_id, stripe, from_seq, to_seq, from_balance, from_time, to_time, from_head)),
        read as (
            select w.account_id, w.stripe, w.to_seq, w.from_head, e.seq, e.amount, e.balance_after, e.created_at,
                   e.transaction_id,
                   e.balance_after::numeric - e.amount <> lag(e.balance_after, 1, w.from_balance) over o as broken,
                   e.seq <> lag(e.seq, 1, w.from_seq) over o + 1 as gap,
                   e.created_at < lag(e.created_at, 1, w.from_time) over o as back,
                   t.transaction_id is null as orphan, t.status <> 0 as rejected
              from work w
              join lateral (select * from ledger.entries n
                             where n.account_id = w.account_id and n.stripe = w.stripe
                               and n.seq > w.from_seq and n.seq <= w.to_seq\(raw: everywhere ? "" : times)
                            offset 0) e on true
              left join lateral (select n.transaction_id, n.status from ledger.transactions n
                                  where n.transaction_id = e.transaction_id offset 0) t on true
            window o as (partition by w.account_id, w.stripe order by e.seq, e.created_at))
        select r.account_id, r.stripe, count(*) as entries,
               max(r.balance_after) filter (where r.seq = r.to_seq) as last_balance,
               (max(r.created_at) filter (where r.seq = r.to_seq))::text as last_time,
               ledger.chain(r.from_head, r.transaction_id, r.account_id, r.stripe, r.seq, r.amount, r.created_at
                            order by r.seq, r.created_at) as head,
               min(r.seq) filter (where r.broken) as broken_at, min(r.seq) filter (where r.gap) as gap_at,
               min(r.seq) filter (where r.back) as back_at, count(*) filter (where r.orphan) as orphans,
               count(*) filter (where r.rejected) as rejected
          from read r
         group by r.account_id, r.stripe
        """
    }

    /// Times never go back along an account's positions, so a chain's entries lie between those of its ends.
    private static let times = " and n.created_at >= w.from_time and n.created_at <= w.to_time"

    /// A chain that is not at its end yet goes on here.
    static func advance(_ chain: AccountChain, of run: Int64) -> SQL {
        """
        update ledger.audit_cut c
           set from_seq = \(chain.verifiedSeq), from_balance = \(chain.verifiedBalance),
               from_at = \(chain.verifiedTime)::text::timestamptz, from_head = \(chain.verifiedHead)
         where c.run_id = \(run) and c.account_id = \(chain.account) and c.stripe = \(chain.stripe)
        """
    }

    /// Moves checkpoints forward, never back.
    static func checkpoint(_ chains: [AccountChain]) -> SQL {
        """
        insert into ledger.checkpoints as k (account_id, stripe, seq, balance, last_at, head)
        select w.account_id, w.stripe, w.seq, w.balance, w.last_time::timestamptz, w.head
          from unnest(\(chains.map(\.account)), \(chains.map(\.stripe)), \(chains.map(\.seq)),
              \(chains.map(\.balance)), \(chains.map(\.lastTime)), \(chains.map(\.head)))
              w(account_id, stripe, seq, balance, last_time, head)
         order by w.account_id, w.stripe
            on conflict (account_id, stripe) do update
           set seq = excluded.seq, balance = excluded.balance, last_at = excluded.last_at, head = excluded.head,
               verified_at = excluded.verified_at
         where k.seq <= excluded.seq
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
        head = try row.decode("head")
        verifiedSeq = try row.decode("from_seq")
        verifiedBalance = try row.decode("from_balance")
        verifiedTime = try row.decode("from_time")
        verifiedHead = try row.decode("from_head")
    }
}

extension ChainSlice {
    /// What an account looks like of which nothing was read.
    static let empty = ChainSlice(
        entries: 0, lastBalance: nil, lastTime: nil, head: nil, brokenAt: nil, gapAt: nil, backAt: nil, orphans: 0,
        ofRejected: 0)

    /// Reads a row of `ChainQueries.slices`.
    init(_ row: Row) throws(DatabaseError) {
        entries = try row.decode("entries")
        lastBalance = try row.decodeIfPresent("last_balance")
        lastTime = try row.decodeIfPresent("last_time")
        head = try row.decodeIfPresent("head")
        brokenAt = try row.decodeIfPresent("broken_at")
        gapAt = try row.decodeIfPresent("gap_at")
        backAt = try row.decodeIfPresent("back_at")
        orphans = try row.decode("orphans")
        ofRejected = try row.decode("rejected")
    }
}
