/// When a commit gives up its locks; whatever it is, the caller is answered only when all is on disk.
package enum Durability: Sendable, Hashable {
    /// PostgreSQL's own order: the write-ahead log is flushed, then the locks go.
    ///
    /// A row that everybody changes is then changed once for each flush.
    case lockedUntilFlushed
    /// The locks go when the commit is in the log, and a second transaction in the same round trip waits for the flush.
    ///
    /// The log is one sequence, so that the second commit's flush covers the first. Others see what was done some
    /// milliseconds before it is on disk. What they write follows it in the log; who answers from it without writing
    /// anything has to wait for a flush as well (docs/decisions/0007-early-lock-release.md).
    case earlyRelease

    /// For this transaction only: its commit does not wait for the disk.
    static let doNotWait: SQL = "select set_config('synchronous_commit', 'off', true)"
    /// An empty record in the log: it makes the statement a transaction that has something to flush.
    static let flush: SQL = "select pg_logical_emit_message(true, 'nerdwork', '')"
}
