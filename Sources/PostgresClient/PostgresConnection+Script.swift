internal import CPostgres

extension PostgresConnection {
    /// Runs a text of several statements, as a migration has, without parameters and results.
    ///
    /// Inside `transaction` it belongs to that transaction; outside, PostgreSQL makes it one of its own.
    func runScript(_ text: String, commits: Bool) throws(DatabaseError) {
        guard !text.utf8.contains(0) else { throw DatabaseError(.usage, "the script has a zero byte") }
        let session = try usableSession()
        var run = BatchRun()
        try losing(session, commits: commits, run: &run) { (run: inout BatchRun) throws(DatabaseError) in
            guard session.sendScript(text) else { throw DatabaseError(.protocol, "libpq refused the script") }
            run.isComplete = true
            try session.flush(limit)
            while let result = try session.nextResult(limit) {
                try run.take(scriptResult: result, limited: limit != nil)
                if session.isLost { throw DatabaseError(.connection, "the connection to the server was lost") }
            }
            guard session.resumePipelineMode() else { throw DatabaseError(.protocol, "libpq refused pipeline mode") }
        }
        // A script may change any setting and drop any type.
        forgetEverything()
        if let failure = run.failure { throw failure }
    }

    /// Whether the server has an open transaction that has not failed.
    var isInTransaction: Bool {
        (try? usableSession())?.transactionStatus == PQTRANS_INTRANS
    }

    /// Runs a text of several statements without parameters and results, in one transaction of its own.
    package func executeScript(_ text: String) throws(DatabaseError) {
        guard openTransaction == nil else {
            throw DatabaseError(.usage, "a transaction is open: use its own methods")
        }
        try runScript(text, commits: true)
    }
}
