internal import Codecs
internal import LedgerEvidence
package import PostgresClient

/// Writes down what a clean audit found in a form that holds outside the database: a root over all accounts, its anchor.
///
/// Each block of the tree is a transaction of its own, and what is done stays done: called again after whatever ended
/// it, it goes on.
package enum Evidence {
    /// The root of a run, and the anchors of all roots that have none yet.
    ///
    /// None where a younger run has begun: it moves the checkpoints beyond the cut of this run, which took several
    /// invocations, so that they do not sum up with what was deferred at that cut; and it leaves a root itself.
    ///
    /// - Parameters:
    ///   - run: names the run of the audit; a run has one root, however often this is called
    ///   - deferredTotal: the sum of `ledger.deferred_entries` in the run's snapshot, as PostgreSQL's text
    ///   - limit: when to stop; nil for never
    ///   - anchors: where roots go; nil where there is no such place
    /// - Throws: `DatabaseError` where the root could not be written, `.deadline` among them. An anchor that cannot be
    ///   written is no error: it is tried again by the next call.
    package static func record(
        run: Int64, deferredTotal: String, _ connection: PostgresConnection, until limit: TimeLimit? = nil,
        anchors: AnchorStore?
    ) throws(DatabaseError) -> EvidenceResult {
        var result = EvidenceResult()
        if try connection.query(EvidenceQueries.isDone(run)).isEmpty {
            try stage(connection, limit)
            result.refusal = try seal(run, deferredTotal, connection)
        }
        try note(run, &result, connection)
        try Anchoring(connection: connection, limit: limit).writeAll(to: anchors, &result)
        return result
    }

    /// Brings the tree to the checkpoints, one block after the other.
    private static func stage(_ connection: PostgresConnection, _ limit: TimeLimit?) throws(DatabaseError) {
        let blocks = try connection.query(EvidenceQueries.begin).only().decode("blocks", as: [Int64].self)
        for block in blocks {
            if let limit, limit.hasPassed { throw DatabaseError(.deadline, "no time is left for the evidence") }
            _ = try connection.query(EvidenceQueries.stage(block))
        }
    }

    /// Writes the root down; returns why not, where the books that it would state do not balance.
    private static func seal(
        _ run: Int64, _ deferredTotal: String, _ connection: PostgresConnection
    ) throws(DatabaseError) -> String? {
        let row = try connection.query(EvidenceQueries.finish).only()
        guard let total = try row.decodeIfPresent("total", as: String.self) else { return "there are no accounts" }
        guard let sum = Int128(total), let deferred = Int128(deferredTotal) else { return "a total is no number" }
        guard sum == 0 - deferred else { return "balances sum to \(sum), what is deferred to \(deferred)" }
        let record = RootRecord(
            root: try row.decode("root_id"), madeAt: try row.decode("made_at"), rootHash: try row.decode("root_hash"),
            total: sum, leafCount: try row.decode("leaf_count"), deferredTotal: deferred,
            previousRootHash: try row.decode("previous_root_hash"),
            previousRecordHash: try row.decode("previous_record_hash"))
        _ = try connection.query(EvidenceQueries.add(record, run: run))
        return nil
    }

    /// What is known of the run's root.
    private static func note(
        _ run: Int64, _ result: inout EvidenceResult, _ connection: PostgresConnection
    ) throws(DatabaseError) {
        guard let row = try connection.query(EvidenceQueries.root(of: run)).first else { return }
        let record = try RootRecord(row)
        result.root = record
        // A change of the row since it was written is for `invoke-local ledger verify` to find, here it would be lost.
        guard try row.decode("record_hash", as: [UInt8].self) == record.hash else {
            throw DatabaseError(.decoding, "the root of this run is not as it was written")
        }
    }
}
