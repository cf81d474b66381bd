/// How a transaction sees others (PostgreSQL manual, section 13.2).
package enum TransactionMode: Sendable {
    case readCommitted
    case repeatableRead
    case serializable
    /// One snapshot for all statements, no writing: what an audit wants.
    case snapshot

    var begin: SQL {
        switch self {
        case .readCommitted: "begin isolation level read committed read write"
        case .repeatableRead: "begin isolation level repeatable read read write"
        case .serializable: "begin isolation level serializable read write"
        case .snapshot: "begin isolation level repeatable read read only"
        }
    }
}

/// An open transaction; valid inside the closure it was handed to.
///
/// BEGIN travels with the first statements, COMMIT with those of `commit(with:)`: two batches are two round trips.
/// After an error the transaction is over; it is rolled back when the closure ends.
package final class Transaction {
    private enum State {
        case notBegun
        case open
        case failed(DatabaseError)
        case ended
    }

    private let connection: PostgresConnection
    private let mode: TransactionMode
    private var state = State.notBegun

    init(_ connection: PostgresConnection, _ mode: TransactionMode) {
        self.connection = connection
        self.mode = mode
    }

    /// Runs one statement.
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

    /// Runs statements in one round trip.
    @discardableResult
    package func pipeline(_ statements: [SQL]) throws(DatabaseError) -> [QueryResult] {
        guard !statements.isEmpty else { return [] }
        return try run(statements, nil)
    }

    /// Runs the last statements and commits, in one round trip, whatever the durability.
    ///
    /// Afterwards the transaction is over, and what it did is on disk. With early release an error may come after the
    /// commit: then its `outcome` is `.unknown`.
    @discardableResult
    package func commit(
        with statements: [SQL] = [], durability: Durability = .lockedUntilFlushed
    ) throws(DatabaseError) -> [QueryResult] {
        if case .notBegun = state, statements.isEmpty {
            state = .ended
            return []
        }
        return try run(statements, durability)
    }

    /// Runs a text of several statements without parameters and results.
    package func executeScript(_ text: String) throws(DatabaseError) {
        // The simple protocol cannot share a flush with the others.
        if try begins() { _ = try attempt(batch(["select 1"], begin: true, nil), commits: false) }
        do throws(DatabaseError) {
            try connection.runScript(text, commits: false)
            guard connection.isInTransaction else {
                throw DatabaseError(.usage, "the script has ended the transaction that it belongs to")
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }
}

extension Transaction {
    /// Whether BEGIN is still to be sent.
    ///
    /// Throws when the transaction is over.
    private func begins() throws(DatabaseError) -> Bool {
        switch state {
        case .notBegun: return true
        case .open: return false
        case .failed: throw DatabaseError(.usage, "the transaction has failed")
        case .ended: throw DatabaseError(.usage, "the transaction is over")
        }
    }

    /// Runs the statements, with a commit of this durability or with none.
    private func run(_ statements: [SQL], _ commit: Durability?) throws(DatabaseError) -> [QueryResult] {
        let begin = try begins()
        let batch = batch(statements, begin: begin, commit)
        do {
            return try attempt(batch, commits: commit != nil)
        } catch  where error.statementIsStale && error.outcome == .notApplied && begin {
            // Nothing came before this batch in the transaction: it may start over.
            try rollBackOnServer()
            return try attempt(batch, commits: commit != nil)
        }
    }

    private func batch(_ statements: [SQL], begin: Bool, _ commit: Durability?) -> Batch {
        var batch = Batch()
        if begin { batch.append(mode.begin, .begin) }
        if commit == .earlyRelease { batch.append(Durability.doNotWait, .setting) }
        batch.append(contentsOf: statements)
        if commit != nil { batch.append("commit", .commit) }
        if commit == .earlyRelease { batch.append(Durability.flush, .flush) }
        return batch
    }

    private func attempt(_ batch: Batch, commits: Bool) throws(DatabaseError) -> [QueryResult] {
        do {
            let results = try connection.run(batch, commits: commits)
            state = commits ? .ended : .open
            return results
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private func rollBackOnServer() throws(DatabaseError) {
        var batch = Batch()
        batch.append("rollback", .rollback)
        _ = try connection.run(batch, commits: false)
    }

    /// The closure returned: commits, unless that has been done.
    ///
    /// A failure that the closure kept to itself comes out.
    func finish() throws(DatabaseError) {
        switch state {
        case .notBegun, .ended: state = .ended
        case .open: try commit()
        case .failed(let error): throw error
        }
    }

    /// The closure threw: takes back what was done.
    ///
    /// If even that fails, the session ends, and the server does it.
    func abandon() {
        defer { state = .ended }
        switch state {
        case .notBegun, .ended: return
        case .open, .failed:
            guard connection.isUsable else { return }
            do { try rollBackOnServer() } catch { connection.close() }
        }
    }
}

extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// No nesting.
    @discardableResult
    package func transaction<Value>(
        _ mode: TransactionMode = .readCommitted, _ body: (Transaction) throws -> Value
    ) throws -> Value {
        guard openTransaction == nil else { throw DatabaseError(.usage, "transactions do not nest") }
        let transaction = Transaction(self, mode)
        open(transaction)
        defer { open(nil) }
        do {
            let value = try body(transaction)
            try transaction.finish()
            return value
        } catch {
            transaction.abandon()
            throw error
        }
    }
}

@available(*, unavailable) extension Transaction: Sendable {}
