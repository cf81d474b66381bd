internal import PostgresClient
internal import StrictJSON

/// The minute's work: what waits for lazy accounts becomes entries, holds that are too old end, old signals are
/// forgotten.
struct Folding: Hashable {
    private(set) var folded: Int64 = 0
    private(set) var expired: Int64 = 0
    private(set) var forgotten: Int64 = 0
    /// Nothing was left when it ended.
    private(set) var isFinished = false

    /// How much one statement does: while it does, nobody else folds or posts strictly to that account.
    private static let portion: Int32 = 2_000

    /// Folds and expires until nothing is left or the time is over.
    ///
    /// Every statement commits by itself, so a loss or the end of the time leaves what was done. Throws `DatabaseError`
    /// for what is not a matter of time.
    static func run(_ connection: PostgresConnection, until limit: TimeLimit?) throws(DatabaseError) -> Folding {
        var folding = Folding()
        do throws(DatabaseError) {
            for row in try connection.query("select a.reference from ledger.accounts a where a.kind = 0 order by 1") {
                let account = try row.decode("reference", as: String.self)
                try folding.repeated(\.folded, connection, limit, "select ledger.fold(\(account), \(portion)) as done")
            }
            try folding.repeated(\.expired, connection, limit, "select ledger.expire_holds(\(portion)) as done")
            try folding.repeated(\.forgotten, connection, limit, "select ledger.forget_signals(\(portion)) as done")
            folding.isFinished = true
        } catch  where error.code == .deadline || error.sqlState == "57014" {
            return folding
        }
        return folding
    }

    private mutating func repeated(
        _ counter: WritableKeyPath<Folding, Int64>, _ connection: PostgresConnection, _ limit: TimeLimit?, _ sql: SQL
    ) throws(DatabaseError) {
        var done: Int64 = 0
        repeat {
            if let limit, limit.hasPassed { throw DatabaseError(.deadline, "no time is left for the fold") }
            done = try connection.query(sql).only().decode("done")
            self[keyPath: counter] += done
        } while done >= Int64(Self.portion)
    }

    var json: JSONWriter {
        JSONWriter.object {
            $0.member("version", 1)
            $0.member("task", "fold")
            $0.member("folded", folded)
            $0.member("expired", expired)
            $0.member("forgotten", forgotten)
            $0.member("finished", isFinished)
        }
    }
}
