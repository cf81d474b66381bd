internal import CPostgres

/// A session with the server.
///
/// Blocking; one thread at a time; closed when it ends or when it is lost.
///
/// A lost connection is not replaced here: every later call throws `.connection`. `Database` replaces it.
package final class PostgresConnection {
    private var session: Session?
    private var cache: StatementCache
    private var forgotten: [String] = []
    private var mustForgetAll = false
    private var timeout = StatementTimeout()
    private(set) var openTransaction: Transaction?

    /// When blocking calls give up; the server's `statement_timeout` follows it.
    ///
    /// Nil: never.
    package var limit: TimeLimit?
    /// How many flushes were answered since `beginUnit`; 0 while nothing has been executed.
    private(set) var answeredFlushes = 0
    /// The connection was lost before anything of this unit of work could take effect.
    private(set) var lostBeforeAnything = false

    /// Connects and logs in within the time.
    ///
    /// Throws `.connection`, `.authentication`, `.unavailable` or `.deadline`.
    package init(
        _ configuration: ConnectionConfiguration, timeoutMilliseconds: Int = 5_000, preparedStatements: Int = 128
    ) throws(DatabaseError) {
        cache = StatementCache(capacity: preparedStatements)
        session = try Session(configuration, limit: .after(milliseconds: Int64(timeoutMilliseconds)))
    }

    /// False once the connection is closed or lost.
    package var isUsable: Bool {
        session.map { !$0.isLost } ?? false
    }

    /// How many prepared statements the session keeps.
    package var preparedStatementCount: Int { cache.count }

    /// Ends the session; later calls throw `.connection`.
    package func close() {
        session = nil
    }
}

extension PostgresConnection {
    /// Runs one statement in a transaction of its own; one round trip, the first use included.
    package func query(_ sql: SQL) throws(DatabaseError) -> QueryResult {
        let results = try pipeline([sql])
        guard results.count == 1 else { throw DatabaseError(.protocol, "a statement gave no result") }
        return results[0]
    }

    /// Runs one statement and returns the number of rows it changed or returned.
    @discardableResult
    package func execute(_ sql: SQL) throws(DatabaseError) -> Int {
        try query(sql).affectedRows
    }

    /// Runs statements in one round trip and one transaction: all of them, or none.
    package func pipeline(_ statements: [SQL]) throws(DatabaseError) -> [QueryResult] {
        guard openTransaction == nil else {
            throw DatabaseError(.usage, "a transaction is open: use its own methods")
        }
        guard !statements.isEmpty else { return [] }
        var batch = Batch()
        batch.append(contentsOf: statements)
        do {
            return try run(batch, commits: true)
        } catch  where error.statementIsStale {
            // The whole batch was one implicit transaction and has been rolled back.
            return try run(batch, commits: true)
        }
    }
}

extension PostgresConnection {
    /// Starts counting anew: what follows belongs to one unit of work.
    func beginUnit(limit: TimeLimit?) {
        self.limit = limit
        answeredFlushes = 0
        lostBeforeAnything = false
    }

    /// False when an idle session has been closed by the server.
    var isQuiet: Bool {
        session?.isQuiet ?? false
    }

    /// Prepared statements and settings may have changed behind this client's back.
    func forgetEverything() {
        timeout.isUnknown()
        mustForgetAll = true
        cache.removeAll()
    }

    func open(_ transaction: Transaction?) {
        openTransaction = transaction
    }

    func usableSession() throws(DatabaseError) -> Session {
        guard let session, !session.isLost else {
            throw DatabaseError(.connection, "the connection to the server is closed")
        }
        return session
    }

    /// Sends a batch in one flush and collects the answers.
    ///
    /// `commits`: the batch makes its effects permanent, so a loss in the middle leaves the outcome unknown.
    func run(_ batch: Batch, commits: Bool) throws(DatabaseError) -> [QueryResult] {
        if let defect = batch.defect { throw DatabaseError(.usage, defect) }
        let session = try usableSession()
        if let limit, limit.hasPassed { throw DatabaseError(.deadline, "no time is left for the database") }
        var run = BatchRun()
        try losing(session, commits: commits, run: &run) { (run: inout BatchRun) throws(DatabaseError) in
            try send(batch, on: session, &run)
            try session.flush(limit)
            try collect(from: session, &run)
        }
        return try conclude(run)
    }

    /// Queues the timeout setting, what is to be forgotten, and every statement, preparing the new ones.
    private func send(_ batch: Batch, on session: Session, _ run: inout BatchRun) throws(DatabaseError) {
        // Inside a transaction it can wait: a failure there would take the transaction with it.
        let beginsNothing = openTransaction != nil && batch.parts.first?.role != .begin
        var queued = beginsNothing || sendForgotten(on: session, &run)
        var needsTimeout = true
        for part in batch.parts {
            // BEGIN stays first: a setting made before it would be a transaction of its own.
            if needsTimeout, part.role == .statement {
                queued = queued && sendTimeout(on: session, &run)
                needsTimeout = false
            }
            queued = queued && sendPart(part.sql, part.role, on: session, &run)
        }
        guard queued, session.sendSync() else {
            throw DatabaseError(session.isLost ? .connection : .protocol, "libpq refused a statement")
        }
        run.isComplete = true
    }

    private func sendTimeout(on session: Session, _ run: inout BatchRun) -> Bool {
        guard let value = timeout.change(forRemaining: limit?.remainingMilliseconds) else { return true }
        let sql: SQL = "select set_config('statement_timeout', \(String(value)), false)"
        return sendPart(sql, .timeout(milliseconds: value), on: session, &run)
    }

    private func sendForgotten(on session: Session, _ run: inout BatchRun) -> Bool {
        if mustForgetAll {
            forgotten = ["all"]
            // It takes those along that were prepared while a transaction made it wait.
            cache.removeAll()
        }
        guard !forgotten.isEmpty else { return true }
        for name in forgotten {
            guard session.sendUnnamed("deallocate \(name)") else { return false }
            run.expectations.append(.deallocated(name))
        }
        // In a transaction of its own, so that BEGIN can still choose the isolation level; the same round trip.
        run.expectedSyncs += 1
        return session.sendSync()
    }

    private func sendPart(_ sql: SQL, _ role: Batch.Role, on session: Session, _ run: inout BatchRun) -> Bool {
        let key = StatementCache.Key(text: sql.text, types: sql.types)
        if let name = cache.name(of: key) {
            run.expectations.append(.executed(role))
            return session.sendExecute(name: name, sql)
        }
        let (name, evicted) = cache.insert(key)
        if let evicted { forgotten.append(evicted) }
        run.expectations.append(.prepared(key))
        run.expectations.append(.executed(role))
        return session.sendPrepare(name: name, sql) && session.sendExecute(name: name, sql)
    }

    private func collect(from session: Session, _ run: inout BatchRun) throws(DatabaseError) {
        var silent = 0
        while silent < 2 {
            guard let result = try session.nextResult(limit) else {
                silent += 1
                continue
            }
            silent = 0
            if result.status == PGRES_PIPELINE_SYNC {
                run.expectedSyncs -= 1
                if run.expectedSyncs == 0 { return }
                continue
            }
            try run.take(result, limited: limit != nil)
            if session.isLost { throw DatabaseError(.connection, "the connection to the server was lost") }
        }
        throw DatabaseError(session.isLost ? .connection : .protocol, "the connection to the server was lost")
    }

    /// Books what the server has confirmed, and throws the batch's error if there was one.
    private func conclude(_ run: BatchRun) throws(DatabaseError) -> [QueryResult] {
        answeredFlushes += 1
        for (index, expectation) in run.expectations.enumerated() {
            switch expectation {
            case .deallocated(let name) where index < run.confirmed:
                forgotten.removeAll { $0 == name }
                if name == "all" { mustForgetAll = false }
            case .prepared(let key) where index >= run.confirmed:
                cache.remove(key)
            default: break
            }
        }
        if let milliseconds = run.timeoutSet { timeout.hasBeenSet(to: milliseconds) }
        // A rollback takes a changed setting with it.
        if run.rolledBack || run.failure != nil { timeout.isUnknown() }
        guard let failure = run.failure else { return run.results }
        if failure.statementIsStale {
            forgetEverything()
        }
        throw failure
    }

    /// Runs `body`; when the connection is lost or cannot be trusted any more, closes it and says what is known.
    func losing(
        _ session: Session, commits: Bool, run: inout BatchRun,
        _ body: (inout BatchRun) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        do {
            try body(&run)
        } catch {
            guard session.isLost || error.code != .server else { throw error }
            self.session = nil
            var reported = run.failure ?? error
            if error.code == .deadline { reported = error }
            let wasToldInTime = run.serverEndedSession && !run.isCommitted
            reported.outcome = commits && run.isComplete && !wasToldInTime ? .unknown : .notApplied
            lostBeforeAnything =
                answeredFlushes == 0 && reported.code == .connection && reported.outcome == .notApplied
            throw reported
        }
    }
}

/// libpq allows one thread at a time on a connection.
@available(*, unavailable) extension PostgresConnection: Sendable {}
