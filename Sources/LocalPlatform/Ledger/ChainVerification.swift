internal import LedgerEvidence
internal import PostgresClient

/// Verifies every account's entries from the first: positions, running balances, heads, and what others say of them.
struct ChainVerification {
    private let transaction: Transaction
    private(set) var accounts: Int64 = 0
    private(set) var entries: Int64 = 0

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Throws the first `LedgerBreak`, or `DatabaseError`.
    mutating func run() throws {
        try refuseStrays()
        var balances = PagedRows(transaction, ChainVerification.balances)
        var history = PagedRows(transaction, ChainVerification.entries)
        var entry = try history.next().map { try HistoryEntry($0) }
        while let row = try balances.next() {
            var check = try ChainCheck(row)
            while let next = entry, next.link.isOf(check) || next.link.isBefore(check) {
                guard next.link.isOf(check) else { throw next.withoutBalance }
                try check.take(next.link, balanceAfter: next.balanceAfter)
                entries += 1
                entry = try history.next().map { try HistoryEntry($0) }
            }
            try check.finish()
            accounts += 1
        }
        if let entry { throw entry.withoutBalance }
    }

    /// What is said of balance rows that do not exist.
    private func refuseStrays() throws {
        let stray = try transaction.query(
            """
            select s.name, s.account_id, s.stripe
              from (select 'checkpoint' as name, account_id, stripe from ledger.checkpoints union all
                    select 'leaf', account_id, stripe from ledger.evidence_leaves) s
             where not exists (select from ledger.balances b
                                where b.account_id = s.account_id and b.stripe = s.stripe)
             limit 1
            """
        ).first
        guard let stray else { return }
        let (name, stripe) = (try stray.decode("name", as: String.self), try stray.decode("stripe", as: Int16.self))
        let account = try stray.decode("account_id", as: Int64.self)
        throw LedgerBreak(.chains, "account \(account), stripe \(stripe)", "has a \(name) and no balance")
    }

    private static func balances(after row: Row?) throws(DatabaseError) -> SQL {
        let account = try row?.decode("account_id", as: Int64.self) ?? .min
        let stripe = try row?.decode("stripe", as: Int16.self) ?? 0
        return """
            select b.account_id, b.stripe, coalesce(a.reference, '?') as reference, b.seq, b.balance, b.head,
                   k.seq as checkpoint_seq, k.balance as checkpoint_balance, k.head as checkpoint_head,
                   l.seq as leaf_seq, l.balance as leaf_balance, l.head as leaf_head,
                   l.former_seq, l.former_balance, l.former_head
              from ledger.balances b
              left join ledger.accounts a on a.account_id = b.account_id
              left join ledger.checkpoints k on k.account_id = b.account_id and k.stripe = b.stripe
              left join ledger.evidence_leaves l on l.account_id = b.account_id and l.stripe = b.stripe
             where (b.account_id, b.stripe) > (\(account), \(stripe))
             order by b.account_id, b.stripe
             limit 2000
            """
    }

    private static func entries(after row: Row?) throws(DatabaseError) -> SQL {
        let account = try row?.decode("account_id", as: Int64.self) ?? .min
        let stripe = try row?.decode("stripe", as: Int16.self) ?? 0
        let seq = try row?.decode("seq", as: Int64.self) ?? 0
        return """
            select e.account_id, e.stripe, e.seq, e.transaction_id, e.amount, e.balance_after,
                   timestamptz_send(e.created_at) as created
              from ledger.entries e
             where (e.account_id, e.stripe, e.seq) > (\(account), \(stripe), \(seq))
             order by e.account_id, e.stripe, e.seq
             limit 20000
            """
    }
}

/// One entry of the stream.
private struct HistoryEntry {
    let link: ChainLink
    let balanceAfter: Int64

    init(_ row: Row) throws(DatabaseError) {
        let created = try row.decode("created", as: [UInt8].self).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        link = ChainLink(
            transaction: try row.decode("transaction_id"), account: try row.decode("account_id"),
            stripe: try row.decode("stripe"), seq: try row.decode("seq"), amount: try row.decode("amount"),
            createdMicroseconds: Int64(bitPattern: created))
        balanceAfter = try row.decode("balance_after")
    }

    var withoutBalance: LedgerBreak {
        LedgerBreak(
            .chains, "account \(link.account), seq \(link.seq), transaction \(link.transaction)",
            "the entry has no balance row")
    }
}

extension ChainLink {
    fileprivate func isOf(_ check: ChainCheck) -> Bool {
        (account, stripe) == (check.account, check.stripe)
    }

    fileprivate func isBefore(_ check: ChainCheck) -> Bool {
        (account, stripe) < (check.account, check.stripe)
    }
}

extension ChainCheck {
    fileprivate init(_ row: Row) throws(DatabaseError) {
        var marks: [Mark] = []
        for (prefix, name) in [("", "balance"), ("checkpoint_", "checkpoint"), ("leaf_", "leaf"), ("former_", "leaf")] {
            guard let seq = try row.decodeIfPresent("\(prefix)seq", as: Int64.self) else { continue }
            marks.append(
                Mark(
                    name: name, seq: seq, balance: try row.decode("\(prefix)balance"),
                    head: try row.decode("\(prefix)head")))
        }
        self.init(
            name: try row.decode("reference"), account: try row.decode("account_id"),
            stripe: try row.decode("stripe"), end: try row.decode("seq"), marks: marks)
    }
}
