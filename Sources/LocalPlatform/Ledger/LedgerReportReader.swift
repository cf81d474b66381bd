internal import Codecs
internal import PostgresClient

extension LedgerReport {
    /// Reads the report in one snapshot.
    ///
    /// Throws `LocalError` where the database cannot be read.
    package init(_ database: LocalDatabase) throws(LocalError) {
        let connection = try database.connection()
        do {
            self = try connection.transaction(.snapshot) { try LedgerReport($0) }
        } catch {
            throw LocalError(.unavailable, "The books cannot be read: \(error).")
        }
    }

    private init(_ transaction: Transaction) throws(DatabaseError) {
        let results = try transaction.pipeline([
            Self.trialSQL, Self.supplySQL, Self.rewardsSQL, Self.kindsSQL, Self.topSQL, Self.proofSQL,
        ])
        trial = try Self.rows(results[0]) { row throws(DatabaseError) in
            guard let balance = Int128(try row.decode("balance", as: String.self)) else {
                throw DatabaseError(.decoding, "a sum is beyond 128 bits", column: "balance")
            }
            return Line(
                name: try row.decode("name"), accounts: try row.decode("accounts"), entries: try row.decode("entries"),
                balance: balance)
        }
        supply = try Self.rows(results[1], Self.day)
        rewards = try Self.rows(results[2], Self.day)
        kinds = try Self.rows(results[3]) { row throws(DatabaseError) in
            Kind(
                name: Self.name(ofType: try row.decode("type")), count: try row.decode("count"),
                volume: try row.decode("volume"))
        }
        top = try Self.rows(results[4]) { row throws(DatabaseError) in
            Holding(account: try row.decode("reference"), balance: try row.decode("balance"))
        }
        let row = try results[5].only()
        madeAt = try row.decode("now")
        proof = Proof(
            audit: try row.decodeIfPresent("state"), auditedAt: try row.decodeIfPresent("finished_at"),
            root: try row.decodeIfPresent("root_id"), rootHash: try row.decodeIfPresent("root_hash") ?? [],
            isAnchored: try row.decodeIfPresent("anchored") ?? false)
    }

    private static func rows<Value>(
        _ result: QueryResult, _ decode: (Row) throws(DatabaseError) -> Value
    ) throws(DatabaseError) -> [Value] {
        var values: [Value] = []
        for row in result { values.append(try decode(row)) }
        return values
    }

    private static func day(_ row: Row) throws(DatabaseError) -> Day {
        Day(day: try row.decode("day"), amount: try row.decode("amount"), count: try row.decode("count"))
    }

    private static func name(ofType type: Int16) -> String {
        let names = ["REWARD", "TIP", "PURCHASE", "GRANT", "REVERSAL"]
        return names.indices.contains(Int(type) - 1) ? names[Int(type) - 1] : "type \(type)"
    }
}

extension LedgerReport {
    private static let treasury = "9223372036854775807"

    /// Legs of the last days, the ones that wait to be folded among them.
    private static func legs(days: Int) -> String {
        """
        (select e.transaction_id, e.account_id, e.amount, e.created_at from ledger.entries e
          where e.created_at >= (now() at time zone 'UTC')::date::timestamp at time zone 'UTC' - interval '\(days) days'
         union all
         select d.transaction_id, d.account_id, d.amount, d.created_at from ledger.deferred_entries d)
        """
    }

    private static let trialSQL: SQL = """
        select case when a.kind = 0 then a.reference else 'wallets' end as name,
               count(distinct a.account_id) as accounts, coalesce(sum(b.seq), 0)::bigint as entries,
               (coalesce(sum(b.balance), 0) + coalesce(max(d.deferred), 0))::text as balance
          from ledger.accounts a
          left join ledger.balances b on b.account_id = a.account_id
          left join (select account_id, sum(amount) as deferred from ledger.deferred_entries group by account_id) d
               on d.account_id = a.account_id and a.kind = 0
         group by a.kind, 1
         order by a.kind, min(-a.account_id)
        """

    private static let supplySQL: SQL = """
        with days as (
            select d::date as day from generate_series((now() at time zone 'UTC')::date - \(raw: "\(supplyDays - 1)"),
                (now() at time zone 'UTC')::date, interval '1 day') d),
        issued as (
            select (l.created_at at time zone 'UTC')::date as day, -sum(l.amount) as amount
              from \(raw: legs(days: supplyDays)) l where l.account_id = \(raw: treasury) group by 1),
        current as (
            select -(coalesce((select sum(balance) from ledger.balances where account_id = \(raw: treasury)), 0)
                + coalesce((select sum(amount) from ledger.deferred_entries where account_id = \(raw: treasury)), 0))
                as amount)
        select d.day, 0::bigint as count,
               (c.amount - coalesce(sum(i.amount) over (order by d.day desc rows between unbounded preceding
                    and 1 preceding), 0))::bigint as amount
          from days d cross join current c left join issued i on i.day = d.day
         order by d.day
        """

    private static let rewardsSQL: SQL = """
        with days as (
            select d::date as day from generate_series((now() at time zone 'UTC')::date - \(raw: "\(rewardDays - 1)"),
                (now() at time zone 'UTC')::date, interval '1 day') d),
        rewards as (
            select (t.created_at at time zone 'UTC')::date as day, count(distinct t.transaction_id) as count,
                   -sum(l.amount) as amount
              from ledger.transactions t
              join \(raw: legs(days: rewardDays)) l
                on l.transaction_id = t.transaction_id and l.account_id = \(raw: treasury)
             where t.type = 1 and t.status = 0
             group by 1)
        select d.day, coalesce(r.count, 0) as count, coalesce(r.amount, 0)::bigint as amount
          from days d left join rewards r on r.day = d.day order by d.day
        """

    private static let kindsSQL: SQL = """
        select t.type, count(distinct t.transaction_id) as count, coalesce(sum(l.amount), 0)::bigint as volume
          from ledger.transactions t
          join \(raw: legs(days: rewardDays)) l on l.transaction_id = t.transaction_id and l.amount > 0
         where t.status = 0
         group by t.type order by t.type
        """

    private static let topSQL: SQL = """
        select a.reference, b.balance
          from (select n.account_id, n.balance from ledger.balances n
                 where n.account_id < 9223372036854775000 and n.balance > 0
                 order by n.balance desc, n.account_id limit \(raw: "\(holdings)")) b
          join ledger.accounts a on a.account_id = b.account_id
         order by b.balance desc, b.account_id
        """

    private static let proofSQL: SQL = """
        select now() as now, a.state, a.finished_at, r.root_id, r.root_hash, r.anchored
          from (select 1) one
          left join (select state, finished_at from ledger.audits order by audit_id desc limit 1) a on true
          left join (select o.root_id, o.root_hash, n.anchored_at is not null as anchored
                       from ledger.roots o left join ledger.anchors n on n.root_id = o.root_id
                      order by o.root_id desc limit 1) r on true
        """
}
