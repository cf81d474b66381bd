internal import Codecs
package import PostgresClient
internal import StrictJSON

/// Proves that the books balance, or says where they do not.
///
/// A run begins with a cut: one statement notes the balances that differ from what is verified, and what all sum to. The
/// rest is read in short statements, each with a snapshot of its own, because a long snapshot slows every posting. That is
/// sound: an entry never changes, its position is assigned under the lock of its balance, and a posting and a fold commit
/// as a whole. Both directions are read: from each balance to its entries, and from new entries back to their balances.
///
/// What is verified is stored piece by piece, each piece with its checkpoints in one transaction, so a run that ends early
/// goes on in the next invocation: nothing is read twice, nothing left out. No lock that is taken conflicts with a posting.
///
/// An **incremental** audit trusts its checkpoints and the end of the last verification. It sees every balance that
/// disagrees with its checkpoint and entries, and everything wrong about an entry or transaction that is new since the
/// last audit. It does not see
/// - an entry at or below its account's checkpoint that was changed, moved or deleted afterwards,
/// - a transaction older than the last verification that was changed, deleted or emptied afterwards,
/// - a new entry that claims an older time than the last verification, unless its balance row says otherwise,
/// - a wallet that was renamed, as long as nothing new is posted to it,
/// - balances changed together with their checkpoints, where the sum of all stays zero,
/// - anything that whoever writes checkpoints and reports (its own role) has declared verified.
///
/// A **full** audit reads everything and sees these too.
///
/// Neither sees a forgery that is complete: entries, balances, checkpoints, fingerprints and heads rewritten together, the
/// newest transactions removed without a trace, a remembered rejection deleted or changed. That takes the roots that are
/// anchored outside the database. Metadata and the bodies of functions are not verified.
package struct Audit {
    let connection: PostgresConnection
    let limit: TimeLimit?
    private let anchors: AnchorStore?
    /// How many rows of accounts, balances and checkpoints together one statement reads, more or less.
    let accountRows: Int64
    var result: AuditResult

    /// The stages that read by time; with all of them done, the next audit begins at the time of this one.
    static let timedStages: Set<String> = ["transactions", "entries", "captured holds", "deferred entries"]

    private init(
        _ mode: AuditMode, _ connection: PostgresConnection, _ limit: TimeLimit?, _ anchors: AnchorStore?,
        _ accountRows: Int64
    ) {
        self.connection = connection
        self.limit = limit
        self.anchors = anchors
        self.accountRows = max(1, accountRows)
        result = AuditResult(mode: mode)
    }

    /// Runs every check that there is time for, and stores what is verified on the way.
    ///
    /// Never throws: a check that cannot run makes the result incomplete. `AuditStore.save` stores the report and
    /// concludes the run. While another session is at work, the result is incomplete and `isBusy`.
    ///
    /// - Parameters:
    ///   - limit: when to stop; nil for never
    ///   - resuming: goes on with the mode's unfinished run if there is one; else it is given up and a new one begins
    ///   - anchors: where the roots of clean runs go; nil where there is no such place
    ///   - accountRows: how many rows of accounts, balances and checkpoints together one statement reads, more or less
    package static func run(
        _ mode: AuditMode, _ connection: PostgresConnection, until limit: TimeLimit? = nil, resuming: Bool = false,
        anchors: AnchorStore? = nil, accountRows: Int64 = 50_000
    ) -> AuditResult {
        var audit = Audit(mode, connection, limit, anchors, accountRows)
        var isAlone = false
        audit.attempt("lock") { audit throws(DatabaseError) in
            isAlone = try audit.read(RunQueries.lock).only().decode("locked")
            if !isAlone { audit.result.unfinished.append(("run", AuditResult.busy)) }
        }
        guard isAlone else { return audit.result }
        audit.attempt("cut") { audit throws(DatabaseError) in try audit.begin(resuming: resuming) }
        audit.runStages()
        audit.unlock()
        return audit.result
    }

    private mutating func runStages() {
        // Months ahead need partitions before their first entry, so they do not wait for what takes long; where this fails,
        // entries go to the default one.
        stage("partitions ahead") { audit throws(DatabaseError) in
            _ = try audit.read("select ledger.prepare_partitions(3)")
        }
        let systemAccounts = BalanceChecks.systemAccounts
        stage(systemAccounts.name) { audit throws(DatabaseError) in try audit.perform(systemAccounts) }
        for check in result.mode == .full ? BalanceChecks.full : BalanceChecks.incremental {
            stage(check.name) { audit throws(DatabaseError) in try audit.walkAccounts(check) }
        }
        stage("account chains") { audit throws(DatabaseError) in try audit.verifyChains() }
        stage("transactions") { audit throws(DatabaseError) in try audit.verifyTransactions() }
        stage("entries") { audit throws(DatabaseError) in try audit.verifyEntries() }
        stage("captured holds") { audit throws(DatabaseError) in try audit.verifyHolds() }
        stage("deferred entries") { audit throws(DatabaseError) in try audit.verifyDeferred() }
        stage("sealed months") { audit throws(DatabaseError) in try audit.verifySealedMonths() }
        for check in StructureChecks.all {
            stage(check.name) { audit throws(DatabaseError) in try audit.perform(check) }
        }
        // Not a stage: asked for again, it writes nothing twice, and a run that goes on tells of it too.
        if result.state == .clean, let run = result.run {
            attempt("evidence") { audit throws(DatabaseError) in try audit.recordEvidence(run) }
        }
        stage("flags") { audit throws(DatabaseError) in
            audit.result.flags = []
            for row in try audit.read(RunQueries.flags) {
                audit.result.flags.append((try row.decode("kind"), try row.decode("count")))
            }
        }
        stage("sealing") { audit throws(DatabaseError) in try audit.sealMonths() }
        if result.state == .clean { result.digest = try? digest() }
    }
}

extension Audit {
    /// Runs a stage that is not done yet, and notes that it is, or what keeps it from its end.
    private mutating func stage(_ name: String, _ body: (inout Audit) throws(DatabaseError) -> Void) {
        guard !result.progress.done.contains(name) else { return }
        attempt(name) { audit throws(DatabaseError) in
            try body(&audit)
            guard !audit.result.progress.done.contains(name) else { return }
            var next = audit.result
            next.progress.finish(name)
            try audit.commit(next)
        }
    }

    /// What is verified becomes a root; an anchor that cannot be written is told and does not spoil the run.
    private mutating func recordEvidence(_ run: Int64) throws(DatabaseError) {
        let evidence = try Evidence.record(
            run: run, deferredTotal: result.deferredTotal, connection, until: limit, anchors: anchors)
        result.evidence = evidence
        if evidence.refusal != nil { throw DatabaseError(.usage, "the books to be evidenced do not balance") }
    }

    private mutating func attempt(_ check: String, _ body: (inout Audit) throws(DatabaseError) -> Void) {
        do {
            try body(&self)
        } catch {
            let reason = error.sqlState == "57014" ? "deadline" : error.sqlState ?? error.code.rawValue
            result.unfinished.append((check, reason))
        }
    }

    /// Runs one statement, if there is time.
    func read(_ sql: SQL) throws(DatabaseError) -> QueryResult {
        if let limit, limit.hasPassed { throw DatabaseError(.deadline, "no time is left for the audit") }
        return try connection.query(sql)
    }

    /// Stores what a piece has verified, with the statements that belong to it: all or nothing.
    mutating func commit(_ next: AuditResult, with statements: [SQL] = []) throws(DatabaseError) {
        if let run = next.run {
            if let limit, limit.hasPassed { throw DatabaseError(.deadline, "no time is left for the audit") }
            _ = try connection.pipeline(statements + [RunQueries.store(run, next.record.bytes)])
        }
        result = next
    }

    /// A check of one statement; what it found is stored with its end, so that it cannot be counted twice.
    private mutating func perform(_ check: FindingQuery) throws(DatabaseError) {
        var next = result
        try next.findings.append(try read(check.sql))
        next.progress.finish(check.name)
        try commit(next)
    }
}
