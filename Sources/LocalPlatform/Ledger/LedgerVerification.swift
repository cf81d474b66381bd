internal import PostgresClient

/// What a verification of all books and all their evidence has seen.
package struct LedgerVerification: Sendable {
    package private(set) var accounts: Int64 = 0
    package private(set) var entries: Int64 = 0
    package private(set) var leaves: Int64 = 0
    package private(set) var roots: Int64 = 0
    package private(set) var anchors: Int64 = 0
    /// Roots that wait for their anchor: no break, but nothing that is proven to somebody outside.
    package private(set) var unanchored: Int64 = 0
    /// Whether there were anchors to compare with.
    package private(set) var hasAnchors = false
    /// The first of each kind; none where everything holds.
    package private(set) var breaks: [LedgerBreak] = []

    /// Reads everything once, in one snapshot, a page at a time.
    ///
    /// Throws `LocalError` where the database cannot be read.
    /// - Parameters:
    ///   - folders: each has the folder `anchors` of a bucket; nil where anchors are not to be had
    ///   - progress: told what is being looked at
    package init(
        _ database: LocalDatabase, anchors folders: [String]?, progress: (String) -> Void
    ) throws(LocalError) {
        let connection = try database.connection()
        do {
            try connection.transaction(.snapshot) { transaction in
                try run(transaction, folders, progress)
            }
        } catch {
            throw LocalError(.unavailable, "The books cannot be verified: \(error).")
        }
    }

    private mutating func run(_ transaction: Transaction, _ folders: [String]?, _ progress: (String) -> Void) throws {
        try collect { try Self.verifyNet(transaction) }
        progress("Following the chain of every account …")
        var chains = ChainVerification(transaction)
        try collect { try chains.run() }
        (accounts, entries) = (chains.accounts, chains.entries)
        progress("Computing the tree …")
        var tree = TreeVerification(transaction)
        try collect { try tree.run() }
        leaves = tree.leaves
        var records = RootVerification(transaction)
        try collect { try records.run() }
        roots = records.roots
        guard let folders else { return }
        hasAnchors = true
        progress("Comparing with the anchors …")
        var outside = AnchorVerification(transaction, folders: folders)
        try collect { try outside.run() }
        (anchors, unanchored) = (outside.anchors, outside.unanchored)
    }

    /// Keeps a break; the other kinds are looked at all the same.
    private mutating func collect(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let found as LedgerBreak {
            breaks.append(found)
        }
    }

    private static func verifyNet(_ transaction: Transaction) throws {
        let net: String = try transaction.query(
            """
            select ((select coalesce(sum(balance), 0) from ledger.balances)
                    + (select coalesce(sum(amount), 0) from ledger.deferred_entries))::text as net
            """
        ).only().decode("net")
        if net != "0" { throw LedgerBreak(.books, "all accounts", "balances and what is deferred sum to \(net)") }
    }
}

extension LedgerVerification {
    /// One line for each kind of thing that was looked at.
    package var summary: String {
        let looked: [(LedgerBreak.Area, String)] = [
            (.books, "balances and deferred entries sum to zero"),
            (.chains, "\(accounts) balance rows and \(entries) entries, each from its account's first"),
            (.tree, roots == 0 ? "no root yet" : "\(leaves) leaves give the newest root"),
            (.roots, "\(roots) records, each chained to the one before"),
            (.anchors, "\(anchors) anchors, each the record of its root" + waiting),
        ]
        return looked.map { area, sound in
            let name = area.rawValue + String(repeating: " ", count: 9 - area.rawValue.count)
            if let found = breaks.first(where: { $0.area == area }) { return "BROKEN  \(name)\(found)" }
            return area == .anchors && !hasAnchors
                ? "unseen  \(name)where they are was not said (--anchors)" : "sound   \(name)\(sound)"
        }.joined(separator: "\n")
    }

    private var waiting: String {
        unanchored == 0 ? "" : "; \(unanchored) roots wait for theirs"
    }
}
