internal import LedgerAuditService
internal import LedgerEvidence
internal import PostgresClient

/// Follows the records of all roots from the first.
struct RootVerification {
    private let transaction: Transaction
    private(set) var roots: Int64 = 0

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Throws the first `LedgerBreak`, or `DatabaseError`.
    mutating func run() throws {
        var rows = PagedRows(transaction, RootRows.page)
        var before: RootRecord?
        while let row = try rows.next() {
            let record = try RootRecord(row)
            roots += 1
            try check(record, after: before, recordHash: try row.decode("record_hash"))
            before = record
        }
    }

    private func check(_ record: RootRecord, after before: RootRecord?, recordHash: [UInt8]) throws(LedgerBreak) {
        let place = "root \(record.root)"
        guard record.root == roots else { throw LedgerBreak(.roots, "root \(roots)", "is missing") }
        guard record.previousRecordHash == before?.hash ?? Hash.zero else {
            throw LedgerBreak(.roots, place, "is not chained to the record before it")
        }
        guard record.previousRootHash == before?.rootHash ?? Hash.zero else {
            throw LedgerBreak(.roots, place, "names another root hash than the record before it has")
        }
        guard recordHash == record.hash else {
            throw LedgerBreak(.roots, place, "its hash is not that of its members")
        }
        guard record.total == 0 - record.deferredTotal else {
            throw LedgerBreak(
                .roots, place, "total \(record.total) and deferred \(record.deferredTotal) are no opposites")
        }
        if let before, before.madeAt > record.madeAt {
            throw LedgerBreak(.roots, place, "is older than the one before it")
        }
    }
}
