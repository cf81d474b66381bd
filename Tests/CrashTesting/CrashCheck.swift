import Ledger
import PostgresClient
import TestSupport

/// What the books say after a crash.
struct CrashCheck {
    let connection: PostgresConnection

    /// Acknowledged postings that are not in the books as they were answered.
    ///
    /// The payer's leg may wait for a fold where its balance was not told, and may have been folded since.
    func missing(_ acknowledged: [CrashPosting: [Int64?]]) throws -> Int {
        let rows = acknowledged.map { (id: $0.key.id, balances: $0.value) }
        return try connection.query(
            """
            select count(*) as n
            from unnest(\(rows.map(\.id)), \(rows.map { $0.balances[0] != nil }), \(rows.map { $0.balances[0] ?? 0 }),
                    \(rows.map { $0.balances[1] ?? 0 })) as told(id, is_known, payer, payee)
            where not exists (
                    select from ledger.transactions t where t.transaction_id = told.id and t.status = 0)
                or (told.is_known and not exists (
                    select from ledger.entries e
                    where e.transaction_id = told.id and e.amount < 0 and e.balance_after = told.payer))
                or (not told.is_known and not exists (
                    select from ledger.entries e where e.transaction_id = told.id and e.amount < 0)
                  and not exists (
                    select from ledger.deferred_entries d where d.transaction_id = told.id and d.amount < 0))
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

    /// Transactions with other than one leg, written or waiting, for each of the two accounts.
    func doubled() throws -> Int {
        try connection.query(
            """
            select count(*) as n from (
                select from (select transaction_id, account_id from ledger.entries
                             union all select transaction_id, account_id from ledger.deferred_entries) l
                group by l.transaction_id
                having count(*) <> 2 or count(distinct l.account_id) <> 2) wrong
            """
        ).only().decode("n")
    }

    /// Sentences about what does not balance; `issued` is what all postings together took from the treasury.
    func faults(issued: Int64) throws -> [String] {
        var faults = try LedgerInvariants.broken(connection)
        let found = try connection.query(
            """
            select -(sum(b.balance)::bigint + (
                select coalesce(sum(d.amount), 0)::bigint from ledger.deferred_entries d
                  join ledger.accounts a using (account_id) where a.reference = 'treasury')) as issued
              from ledger.balances b join ledger.accounts a using (account_id) where a.reference = 'treasury'
            """
        ).only().decode("issued", as: Int64.self)
        if found != issued { faults.append("issued: \(found) instead of \(issued)") }
        return faults
    }
}
