/// What each role may do in the schema of the ledger; whatever else one may is a finding.
enum Grants {
    /// Role, table and privilege, as rows of SQL.
    static let tables = rows([
        ("nerdwork_ledger_audit", "checkpoints", ["INSERT", "UPDATE"]),
        ("nerdwork_ledger_audit", "audits", ["INSERT"]),
        ("nerdwork_ledger_audit", "audit_runs", ["INSERT", "UPDATE"]),
        ("nerdwork_ledger_audit", "audit_cut", ["INSERT", "UPDATE", "DELETE"]),
        ("nerdwork_ledger_audit", "sealed_slices", ["INSERT"]),
    ])

    /// Role and function, as rows of SQL.
    static let functions = rows([
        ("nerdwork_loyalty", ["post", "post_batch", "balance", "note_reads"]),
        ("nerdwork_wallet", ["proof"]),
        ("nerdwork_reader", ["balance", "statement", "fingerprint", "link", "chain"]),
        (
            "nerdwork_ledger_audit",
            [
                "fingerprint", "link", "chain", "fold", "expire_holds", "forget_signals",
                "prepare_partitions", "close_month",
            ]
        ),
        (
            "nerdwork_ledger_audit",
            ["begin_root", "stage_leaves", "finish_tree", "add_root", "begin_anchor", "end_anchor"]
        ),
    ])

    private static func rows(_ grants: [(role: String, table: String, privileges: [String])]) -> String {
        grants.flatMap { grant in grant.privileges.map { "('\(grant.role)', '\(grant.table)', '\($0)')" } }
            .joined(separator: ", ")
    }

    private static func rows(_ grants: [(role: String, names: [String])]) -> String {
        grants.flatMap { grant in grant.names.map { "('\(grant.role)', '\($0)')" } }.joined(separator: ", ")
    }
}
