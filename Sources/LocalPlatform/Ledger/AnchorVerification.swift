internal import Codecs
internal import LedgerAuditService
internal import LedgerEvidence
internal import PostgresClient

/// Compares the roots with what stands outside the database, both ways.
struct AnchorVerification {
    private let transaction: Transaction
    /// Folders that have an `anchors` below them.
    private let folders: [String]
    private(set) var anchors: Int64 = 0
    /// Roots that wait for their anchor.
    private(set) var unanchored: Int64 = 0

    init(_ transaction: Transaction, folders: [String]) {
        self.transaction = transaction
        self.folders = folders
    }

    /// Throws the first `LedgerBreak`, or `DatabaseError`.
    mutating func run() throws {
        var rows = PagedRows(transaction, RootRows.page)
        while let row = try rows.next() {
            let record = try RootRecord(row)
            guard try row.decodeIfPresent("anchored", as: Bool.self) == true else {
                unanchored += 1
                continue
            }
            let files = folders.map { "\($0)/\(record.anchorKey)" }
            guard files.contains(where: Files.exists) else {
                throw LedgerBreak(.anchors, "root \(record.root)", "its anchor \(record.anchorKey) is gone")
            }
        }
        for folder in folders {
            for day in Files.names(in: "\(folder)/anchors").sorted() { try verify("\(folder)/anchors/\(day)") }
        }
    }

    /// Each anchor of a day is the record of a root that the database has.
    private mutating func verify(_ day: String) throws {
        var found: [Int64: (record: RootRecord, file: String)] = [:]
        for name in Files.names(in: day).sorted() {
            let file = "\(day)/\(name)"
            guard let bytes = try? Files.read(file), let record = try? RootRecord(parsing: bytes),
                record.canonical == bytes, file.hasSuffix(record.anchorKey)
            else { throw LedgerBreak(.anchors, file, "is no anchor") }
            found[record.root] = (record, file)
            anchors += 1
        }
        var stored: [Int64: RootRecord] = [:]
        for row in try transaction.query(RootRows.records(of: found.keys.sorted())) {
            let record = try RootRecord(row)
            stored[record.root] = record
        }
        for (root, anchor) in found.sorted(by: { $0.key < $1.key }) {
            try compare(stored[root], anchor.record, file: anchor.file)
        }
    }

    private func compare(_ stored: RootRecord?, _ anchor: RootRecord, file: String) throws(LedgerBreak) {
        let place = "root \(anchor.root) of \(RFC3339.format(anchor.madeAt))"
        guard let stored else {
            throw LedgerBreak(.anchors, place, "was anchored, and the database does not have it: it was rolled back")
        }
        guard stored == anchor else {
            throw LedgerBreak(.anchors, place, "the database says otherwise than its anchor \(file)")
        }
    }
}
