package import LedgerEvidence
package import PostgresClient

/// Statements of the evidence; docs/evidence.md tells the order.
package enum EvidenceQueries {
    static let begin: SQL = "select root_id, blocks from ledger.begin_root()"

    static func stage(_ block: Int64) -> SQL {
        "select ledger.stage_leaves(\(block)) as leaves"
    }

    static let finish: SQL = "select * from ledger.finish_tree()"

    static func add(_ record: RootRecord, run: Int64) -> SQL {
        """
        select ledger.add_root(\(run), \(record.root), \(record.madeAt), \(record.rootHash),
            \("\(record.total)")::text::numeric, \(record.leafCount), \("\(record.deferredTotal)")::text::numeric,
            \(record.previousRootHash), \(record.previousRecordHash), \(record.hash))
        """
    }

    static func root(of run: Int64) -> SQL {
        "select \(raw: columns) from ledger.roots r where r.run_id = \(run)"
    }

    /// A row where there is nothing to be written for the run: it has its root, or a younger run has begun to move the
    /// checkpoints.
    static func isDone(_ run: Int64) -> SQL {
        """
        select r.run_id from ledger.roots r where r.run_id = \(run)
        union all
        select r.run_id from ledger.audit_runs r where r.run_id > \(run)
        """
    }

    /// What `RootRecord(_:)` reads, of a table or alias `r`.
    package static let columns = """
        r.root_id, r.made_at, r.root_hash, r.total::text as total, r.leaf_count,
        r.deferred_total::text as deferred_total, r.previous_root_hash, r.previous_record_hash, r.record_hash
        """

    /// The oldest roots without an anchor.
    static func waiting(limit: Int64) -> SQL {
        """
        select \(raw: columns), a.object_key, count(*) over () as waiting
          from ledger.anchors a join ledger.roots r on r.root_id = a.root_id
         where a.anchored_at is null
         order by r.root_id
         limit \(limit)
        """
    }

    static func beginAnchor(_ root: Int64) -> SQL {
        "select was_unsure from ledger.begin_anchor(\(root))"
    }

    static func endAnchor(_ root: Int64, failure: String?, unsure: Bool) -> SQL {
        "select ledger.end_anchor(\(root), \(failure), \(unsure))"
    }
}

extension RootRecord {
    /// Reads the columns of `EvidenceQueries.columns`.
    ///
    /// Throws `DatabaseError` (`.decoding`) where one is missing or a sum is beyond 128 bits.
    package init(_ row: Row) throws(DatabaseError) {
        let total: String = try row.decode("total")
        let deferred: String = try row.decode("deferred_total")
        guard let total = Int128(total), let deferred = Int128(deferred) else {
            throw DatabaseError(.decoding, "a sum of a root is beyond 128 bits", column: "total")
        }
        self.init(
            root: try row.decode("root_id"), madeAt: try row.decode("made_at"), rootHash: try row.decode("root_hash"),
            total: total, leafCount: try row.decode("leaf_count"), deferredTotal: deferred,
            previousRootHash: try row.decode("previous_root_hash"),
            previousRecordHash: try row.decode("previous_record_hash"))
    }
}
