internal import Codecs
internal import LedgerAuditService
internal import LedgerEvidence
internal import PostgresClient

/// Computes the newest root from its leaves, and compares.
struct TreeVerification {
    private let transaction: Transaction
    private(set) var leaves: Int64 = 0

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Throws the first `LedgerBreak`, or `DatabaseError`.
    mutating func run() throws {
        guard let root = try newest() else { return }
        var fold = TreeFold()
        var rows = PagedRows(transaction) { row throws(DatabaseError) in
            try Self.page(after: row, of: root)
        }
        while let row = try rows.next() {
            let place = "leaf \(leaves) of root \(root.root)"
            guard try row.decode("position", as: Int64.self) == leaves else {
                throw LedgerBreak(.tree, place, "is missing")
            }
            guard try row.decodeIfPresent("seq", as: Int64.self) != nil else {
                throw LedgerBreak(.tree, place, "has no values")
            }
            let leaf = Leaf(
                account: try row.decode("account_id"), stripe: try row.decode("stripe"), seq: try row.decode("seq"),
                balance: try row.decode("balance"), head: try row.decode("head"))
            guard try row.decodeIfPresent("hash", as: [UInt8].self) == leaf.hash else {
                throw LedgerBreak(.tree, "\(place), account \(leaf.account)", "its node has another hash")
            }
            guard fold.add(leaf.node) else { throw LedgerBreak(.tree, place, "the sum leaves 128 bits") }
            leaves += 1
        }
        try compare(fold, root)
    }

    private func compare(_ fold: TreeFold, _ root: RootRecord) throws(LedgerBreak) {
        let place = "root \(root.root)"
        guard fold.count == root.leafCount else {
            throw LedgerBreak(.tree, place, "is of \(root.leafCount) leaves, there are \(fold.count)")
        }
        guard let node = fold.root, node.hash == root.rootHash else {
            throw LedgerBreak(.tree, place, "the leaves give another root hash")
        }
        guard node.sum == root.total else {
            throw LedgerBreak(.tree, place, "states the total \(root.total), leaves give \(node.sum)")
        }
    }

    private func newest() throws(DatabaseError) -> RootRecord? {
        try transaction.query(RootRows.newest).first.map { row throws(DatabaseError) in try RootRecord(row) }
    }

    private static func page(after row: Row?, of root: RootRecord) throws(DatabaseError) -> SQL {
        let position = try row?.decode("position", as: Int64.self) ?? -1
        return """
            select l.position, l.account_id, l.stripe,
                   case when l.root_id <= \(root.root) then l.seq else l.former_seq end as seq,
                   case when l.root_id <= \(root.root) then l.balance else l.former_balance end as balance,
                   case when l.root_id <= \(root.root) then l.head else l.former_head end as head,
                   case when n.root_id <= \(root.root) then n.hash else n.former_hash end as hash
              from ledger.evidence_leaves l
              left join ledger.evidence_nodes n on n.level = 0 and n.position = l.position
             where l.position > \(position) and l.position < \(root.leafCount)
             order by l.position
             limit 5000
            """
    }
}
