internal import Codecs
internal import PostgresClient

/// Entries that are still to be written, against their transactions.
enum DeferredChecks {
    /// How many one statement reads.
    static let pageSize = 5_000

    /// The last of the next page; no row when nothing follows.
    static func endOfPage(after id: UUID?, account: Int64) -> SQL {
        """
        select p.transaction_id, p.account_id
          from (select d.transaction_id, d.account_id from ledger.deferred_entries d
                 where \("(d.transaction_id, d.account_id)", after: id, account)
                 order by d.transaction_id, d.account_id limit \(pageSize)) p
         order by p.transaction_id desc, p.account_id desc limit 1
        """
    }

    /// Those after one up to another; a fold may have taken some of them meanwhile.
    ///
    /// A fold takes a row out and writes its entry in one transaction, so a snapshot sees one of the two.
    static func after(_ id: UUID?, account: Int64, upTo last: (id: UUID, account: Int64)) -> SQL {
        """
        with page as (
            select d.* from ledger.deferred_entries d
             where \("(d.transaction_id, d.account_id)", after: id, account)
               and (d.transaction_id, d.account_id) <= (\(last.id), \(last.account)))
        \(raw: FindingQuery.limited(findings))
        """
    }

    private static let waited = TransactionChecks.waited("p.account_id", "t.deferred")

    private static let findings = """
        select v.code, array[p.account_id] as accounts, p.transaction_id,
               format('%s to be written', p.amount) as detail
          from page p
          left join lateral (select n.status, n.created_at, n.deferred from ledger.transactions n
                              where n.transaction_id = p.transaction_id offset 0) t on true
          left join lateral (select n.kind from ledger.accounts n
                              where n.account_id = p.account_id offset 0) a on true
          left join lateral (select true as found from ledger.entries n
                              where n.transaction_id = p.transaction_id and n.account_id = p.account_id
                              limit 1) e on true
         cross join lateral (values
               ('deferred_orphan', t.status is null),
               ('deferred_of_rejected', t.status <> 0),
               ('deferred_mismatch', t.status = 0 and (p.created_at <> t.created_at or not \(waited))
                                     or a.kind is distinct from 0 or e.found)) v(code, bad)
         where v.bad
        """
}

extension SQL.StringInterpolation {
    /// The condition that a key follows another; nil precedes all.
    fileprivate mutating func appendInterpolation(_ key: String, after id: UUID?, _ account: Int64) {
        guard let id else { return appendLiteral("true") }
        appendInterpolation(raw: "\(key) > (")
        appendInterpolation(id)
        appendLiteral(", ")
        appendInterpolation(account)
        appendLiteral(")")
    }
}
