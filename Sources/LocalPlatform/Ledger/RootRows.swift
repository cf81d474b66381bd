internal import LedgerAuditService
internal import LedgerEvidence
internal import PostgresClient

/// Reads `ledger.roots`.
enum RootRows {
    static let newest: SQL =
        "select \(raw: EvidenceQueries.columns) from ledger.roots r order by r.root_id desc limit 1"

    static func page(after row: Row?) throws(DatabaseError) -> SQL {
        let root = try row?.decode("root_id", as: Int64.self) ?? .min
        return """
            select \(raw: EvidenceQueries.columns), a.object_key, a.anchored_at is not null as anchored
              from ledger.roots r left join ledger.anchors a on a.root_id = r.root_id
             where r.root_id > \(root)
             order by r.root_id
             limit 1000
            """
    }

    static func records(of roots: [Int64]) -> SQL {
        "select \(raw: EvidenceQueries.columns) from ledger.roots r where r.root_id = any(\(roots))"
    }
}
