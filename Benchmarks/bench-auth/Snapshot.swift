import PostgresClient

/// The tables that requests write, as they were at one moment.
struct Snapshot {
    private let database: PostgresConnection
    private var count = 0

    /// Remembers the tables as they are, and empties those that only grow.
    init(_ database: PostgresConnection) throws {
        self.database = database
        try database.execute("create schema bench")
        for table in Self.kept {
            try database.execute("create table bench.\(raw: table) as table auth.\(raw: table)")
        }
        // Nothing happens at a moment that nobody chose.
        for table in Self.kept.map({ "auth." + $0 }) + Self.emptied {
            try database.execute("alter table \(raw: table) set (autovacuum_enabled = false)")
        }
        try restore()
        // Whoever was locked has left many rows, and an index that is wider where they were.
        for table in Self.emptied { try database.execute("truncate \(raw: table)") }
        try database.execute("vacuum full analyze")
    }

    private static let kept = ["throttle", "pending_signups", "mail_tokens", "trusted_devices"]
    private static let emptied = ["auth.audit_log", "auth.challenges", "auth.idempotency", "outbox.events"]

    /// Puts everything back, in another order each time, so that no state of accounts has a better place than others.
    mutating func restore() throws {
        _ = try database.pipeline(Self.statements)
        count += 1
        guard count.isMultiple(of: 10) else { return }
        for table in Self.kept.map({ "auth." + $0 }) + Self.emptied { try database.execute("vacuum \(raw: table)") }
    }

    private static let statements: [SQL] =
        emptied.map { "delete from \(raw: $0)" }
        + kept.flatMap { table -> [SQL] in
            [
                "delete from auth.\(raw: table)",
                "insert into auth.\(raw: table) select * from bench.\(raw: table) order by random()",
            ]
        }
}
