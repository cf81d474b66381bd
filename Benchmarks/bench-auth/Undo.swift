import PostgresClient

/// Takes back what a request wrote, so that every sample finds the tables as the first one did.
struct Undo {
    private let database: PostgresConnection
    private var count = 0

    /// Remembers the tables as they are.
    init(_ database: PostgresConnection) throws {
        self.database = database
        try database.execute("drop schema if exists bench cascade")
        try database.execute("create schema bench")
        for table in Self.tables {
            try database.execute("create table bench.\(raw: table) as table auth.\(raw: table)")
        }
        try database.execute("create unique index on bench.throttle (kind, bucket)")
    }

    private static let tables = ["throttle", "pending_signups", "mail_tokens", "trusted_devices"]

    mutating func callAsFunction() throws {
        _ = try database.pipeline(Self.statements)
        count += 1
        guard count.isMultiple(of: 5_000) else { return }
        for table in Self.tables + ["audit_log", "challenges"] { try database.execute("vacuum auth.\(raw: table)") }
    }

    private static let statements: [SQL] = [
        """
        update auth.throttle t set failures = b.failures, tokens = b.tokens, next_at = b.next_at, told_at = b.told_at,
            updated_at = b.updated_at
          from bench.throttle b
         where b.kind = t.kind and b.bucket = t.bucket and (b.failures, b.tokens, b.next_at, b.told_at, b.updated_at)
            is distinct from (t.failures, t.tokens, t.next_at, t.told_at, t.updated_at)
        """,
        """
        delete from auth.throttle t
         where not exists (select from bench.throttle b where b.kind = t.kind and b.bucket = t.bucket)
        """,
        """
        delete from auth.pending_signups p
         where not exists (select from bench.pending_signups b where b.signup_id = p.signup_id)
        """,
        """
        delete from auth.mail_tokens m
         where not exists (select from bench.mail_tokens b where b.token_hash = m.token_hash)
        """,
        "delete from auth.challenges",
        "delete from auth.idempotency",
    ]
}
