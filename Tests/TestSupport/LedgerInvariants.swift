package import PostgresClient

/// What must hold of the books at every commit, asked of PostgreSQL and not of the ledger's code.
///
/// The numbers are those of the list in docs/decisions/0005-ledger-at-scale.md.
package enum LedgerInvariants {
    /// The sentences of those that do not hold, in one snapshot; none for books that are right.
    package static func broken(_ connection: PostgresConnection) throws -> [String] {
        var found: [String] = []
        _ = try connection.query("begin isolation level repeatable read read only")
        defer { _ = try? connection.query("rollback") }
        for (sentence, question) in questions {
            let count = try connection.query(question).only().decode("number", as: Int64.self)
            if count != 0 { found.append("\(sentence): \(count)") }
        }
        return found
    }

    private static let questions: [(String, SQL)] = [
        (
            "1 the sum of all balances and of what waits for a fold is zero",
            """
            select ((select sum(balance) from ledger.balances)
                + (select coalesce(sum(amount), 0) from ledger.deferred_entries))::bigint as number
            """
        ),
        (
            "2 a row's balance, seq, time and head are those of its entries",
            """
            select count(*) as number
              from ledger.balances b
              left join (
                select account_id, stripe, sum(amount) as total, count(*) as entries, max(created_at) as newest,
                       (array_agg(balance_after order by seq desc))[1] as after,
                       ledger.chain(decode(repeat('00', 32), 'hex'), transaction_id, account_id, stripe, seq, amount,
                           created_at order by seq) as head
                  from ledger.entries group by account_id, stripe) e using (account_id, stripe)
             where (b.balance, b.balance, b.seq, b.last_at, b.head) is distinct from
                   (coalesce(e.total, 0), coalesce(e.after, 0), coalesce(e.entries, 0),
                    coalesce(e.newest, '-infinity'), coalesce(e.head, decode(repeat('00', 32), 'hex')))
            """
        ),
        (
            "3, 4, 17 an entry follows the one before it in seq, balance and time",
            """
            select count(*) as number from (
                select e.seq, e.balance_after, e.created_at, coalesce(lag(e.seq) over w, 0) + 1 as next,
                       coalesce(lag(e.balance_after) over w, 0) + e.amount as balance,
                       coalesce(lag(e.created_at) over w, '-infinity') as before
                  from ledger.entries e window w as (partition by e.account_id, e.stripe order by e.seq)) h
             where h.seq <> h.next or h.balance_after <> h.balance or h.created_at < h.before
            """
        ),
        (
            "5, 6 a posted transaction has all its legs and they sum to zero; a rejected one has none",
            """
            select count(*) as number
              from ledger.transactions t
              full join (
                select transaction_id, sum(amount) as total, count(*) as legs
                  from (select transaction_id, amount from ledger.entries
                        union all select transaction_id, amount from ledger.deferred_entries) l
                 group by transaction_id) l using (transaction_id)
             where t.legs is null or t.legs <> coalesce(l.legs, 0) or coalesce(l.total, 0) <> 0
                or (t.status = 0) <> (t.legs >= 2)
            """
        ),
        (
            "7 no account is below its minimum",
            "select count(*) as number from ledger.balances where balance - held < minimum_balance"
        ),
        (
            "8 what is held is the sum of the open holds",
            """
            select count(*) as number
              from ledger.balances b
              full join (select account_id, 0::smallint as stripe, sum(amount) as amount
                           from ledger.holds where status = 0 group by account_id) h using (account_id, stripe)
             where b.held is distinct from coalesce(h.amount, 0)
            """
        ),
        (
            "8 a captured hold has posted, from its wallet, what was captured",
            """
            select count(*) as number
              from ledger.holds h
              left join ledger.entries e on e.transaction_id = h.transaction_id and e.account_id = h.account_id
             where h.status = 1 and (h.captured > h.amount or e.amount is distinct from -h.captured)
            """
        ),
        (
            "16 no transaction is reversed twice",
            """
            select count(*) as number from (
                select from ledger.transactions where status = 0 and reverses is not null
                 group by reverses having count(*) > 1) r
            """
        ),
        (
            "24 an account has one leg in a transaction, written or waiting",
            """
            select count(*) as number from (
                select from (select transaction_id, account_id from ledger.entries
                             union all select transaction_id, account_id from ledger.deferred_entries) l
                 group by transaction_id, account_id having count(*) > 1) d
            """
        ),
        (
            "every row belongs to an account",
            """
            select count(*) as number
              from (select account_id, stripe from ledger.entries union
                    select account_id, 0 from ledger.deferred_entries) e
              left join ledger.accounts a using (account_id)
              left join ledger.balances b using (account_id, stripe)
             where a.account_id is null or b.account_id is null
            """
        ),
        (
            "a header's time is that of its newest leg, legs that waited left out",
            """
            select count(*) as number
              from ledger.transactions t
             where t.status = 0 and t.created_at is distinct from (
                select max(e.created_at) from ledger.entries e
                 where e.transaction_id = t.transaction_id
                   and case when e.account_id < 9223372036854775793 then true
                            else (t.deferred::integer >> (9223372036854775807 - e.account_id)::integer) & 1 = 0 end)
            """
        ),
    ]
}
