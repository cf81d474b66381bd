internal import CPostgres

/// One batch on its way through a session: what is expected next, what has come back.
struct BatchRun {
    enum Expectation {
        case prepared(StatementCache.Key)
        case deallocated(String)
        case executed(Batch.Role)
    }

    var expectations: [Expectation] = []
    /// How many ends of batches are still to be answered.
    var expectedSyncs = 1
    private(set) var results: [QueryResult] = []
    /// The first error; everything after it in the batch was skipped by the server.
    private(set) var failure: DatabaseError?
    /// The server's own farewell came before the end: nothing of the batch was committed.
    private(set) var serverEndedSession = false
    private(set) var timeoutSet: Int64?
    private(set) var rolledBack = false
    /// The server has answered the batch's COMMIT; what follows can only tell whether that is on disk.
    private(set) var isCommitted = false
    /// The end of the batch has been handed to libpq; before that nothing can be committed.
    var isComplete = false
    private(set) var confirmed = 0

    /// Takes one result.
    ///
    /// Throws `.protocol` when it is none that the batch asked for.
    mutating func take(_ result: ResultHandle, limited: Bool) throws(DatabaseError) {
        guard confirmed < expectations.count else {
            return try refuseUnlessError(result, limited: limited)
        }
        if case .deallocated = expectations[confirmed], !ServerReport.endedSession(result), !ServerReport.isLoss(result)
        {
            // What cannot be forgotten is not there.
            confirmed += 1
            return
        }
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            try accept(result, as: expectations[confirmed])
            confirmed += 1
        case PGRES_PIPELINE_ABORTED:
            break
        case PGRES_FATAL_ERROR:
            record(result, limited: limited)
        default:
            throw DatabaseError(.protocol, "the statement asks for a transfer that this client does not do (COPY)")
        }
    }

    /// Takes a result of the simple protocol: only errors matter.
    mutating func take(scriptResult result: ResultHandle, limited: Bool) throws(DatabaseError) {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: break
        case PGRES_FATAL_ERROR: record(result, limited: limited)
        default: throw DatabaseError(.protocol, "a script cannot transfer data (COPY)")
        }
    }

    private mutating func accept(_ result: ResultHandle, as expectation: Expectation) throws(DatabaseError) {
        guard failure == nil else { throw DatabaseError(.protocol, "a result arrived after an error") }
        guard case .executed(let role) = expectation else { return }
        switch role {
        case .statement: results.append(QueryResult(result))
        case .begin, .setting, .flush: break
        case .rollback: rolledBack = true
        case .timeout(let milliseconds): timeoutSet = milliseconds
        case .commit:
            // COMMIT of a failed transaction succeeds and rolls back; only the tag tells.
            isCommitted = result.commandTag == "COMMIT"
            guard !isCommitted else { return }
            failure = DatabaseError(.server, "the transaction was rolled back")
        }
    }

    private mutating func refuseUnlessError(_ result: ResultHandle, limited: Bool) throws(DatabaseError) {
        guard result.status == PGRES_FATAL_ERROR else {
            throw DatabaseError(.protocol, "more results than statements")
        }
        record(result, limited: limited)
    }

    private mutating func record(_ result: ResultHandle, limited: Bool) {
        if ServerReport.endedSession(result) { serverEndedSession = true }
        guard failure == nil else { return }
        var error = ServerReport.error(from: result, limited: limited)
        if isCommitted { error.outcome = .unknown }
        failure = error
    }
}
