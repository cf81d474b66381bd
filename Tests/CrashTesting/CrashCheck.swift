import Ledger
import PostgresClient
import TestSupport

/// What the books say after a crash.
struct CrashCheck {
    let connection: PostgresConnection

    /// Acknowledged postings that are not in the books as they were answered.
    func missing(_ acknowledged: [CrashPosting: [Int64]]) throws -> Int {
        let rows = acknowledged.map { (id: $0.key.id, balances: $0.value) }
        return try connection.query(
            """
            select count(*) as n
            from unnest(\(rows.map(\.id)), \(rows.map { $0.balances[0] }), \(rows.map { $0.balances[1] }))
                as told(id, payer, payee)
            where not exists (
                    select from ledger.transactions t where t.transaction_id = told.id and t.status = 0)
                or not exists (
                    select from ledger.entries e
                    where e.transaction_id = told.id and e.amount < 0 and e.balance_after = told.payer)
                or not exists (
                    select from ledger.entries e
                    where e.transaction_id = told.id and e.amount > 0 and e.balance_after = told.payee)
            """
        ).only().decode("n")
    }

    /// Delivers all of them once more; returns how many had not survived, and are in the books only now.
    func redeliver(_ postings: some Sequence<CrashPosting>) throws -> Int {
        var lost = 0
        for posting in postings {
            let row = try connection.transaction { transaction in
                try transaction.commit(with: [LedgerStatement.post(try posting.posting())], durability: .earlyRelease)
            }[0].only()
            if case .posted(_, replayed: false) = try LedgerStatement.decode(row) { lost += 1 }
        }
        return lost
    }

    /// Transactions with other than one entry for each of the two accounts.
    func doubled() throws -> Int {
        try connection.query(
            """
            select count(*) as n from (
                select from ledger.entries e group by e.transaction_id
                having count(*) <> 2 or count(distinct e.account_id) <> 2) wrong
            """
        ).only().decode("n")
    }

    /// Sentences about what does not balance; `issued` is what all postings together took from the treasury.
    func faults(issued: Int64) throws -> [String] {
        let row = try connection.query(
            """
            with ordered as (
                select account_id, stripe, seq, amount, balance_after,
                    lag(balance_after, 1, 0::bigint) over one as before,
                    row_number() over one as place
                from ledger.entries window one as (partition by account_id, stripe order by seq)
            ), totals as (
                select account_id, stripe, count(*) as count, sum(amount) as total from ledger.entries group by 1, 2
            )
            select
                (select coalesce(sum(balance), 0)::bigint from ledger.balances) as sum_of_balances,
                (select count(*) from ordered where seq <> place or balance_after - amount <> before) as broken_links,
                (select count(*) from ledger.balances b left join totals t using (account_id, stripe)
                  where b.seq <> coalesce(t.count, 0) or b.balance <> coalesce(t.total, 0)) as wrong_balances,
                (select -sum(b.balance)::bigint from ledger.balances b join ledger.accounts a using (account_id)
                  where a.reference = 'treasury') as issued
            """
        ).only()
        var faults: [String] = []
        for column in ["sum_of_balances", "broken_links", "wrong_balances"] {
            let count = try row.decode(column, as: Int64.self)
            if count != 0 { faults.append("\(column): \(count)") }
        }
        let found = try row.decode("issued", as: Int64.self)
        if found != issued { faults.append("issued: \(found) instead of \(issued)") }
        return faults
    }
}
