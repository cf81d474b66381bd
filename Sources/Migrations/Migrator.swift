package import PostgresClient

/// Brings a database to the newest schema.
///
/// Runs at deployment, as the owner, never at a function's start.
package enum Migrator {
    /// The advisory lock that one runner holds at a time; any constant does, as long as nobody else takes it.
    private static let lock: Int64 = 0x6E65_7264_776F_726B

    /// Applies what is missing and returns it.
    ///
    /// Each file is one transaction, its row written first, so a file is applied whole or not at all. Runners wait for
    /// each other. Throws `MigrationError`, or `DatabaseError` when a statement fails.
    @discardableResult
    package static func migrate(
        _ connection: PostgresConnection, _ migrations: [Migration] = Migration.all
    ) throws -> [Migration] {
        try requireConsecutive(migrations.map(\.number))
        _ = try connection.query("select pg_advisory_lock(\(lock))")
        let applied: [Migration]
        do {
            applied = try migrateLocked(connection, migrations)
        } catch {
            // Best effort: a connection that is gone has taken its lock with it.
            _ = try? connection.query("select pg_advisory_unlock(\(lock))")
            throw error
        }
        _ = try connection.query("select pg_advisory_unlock(\(lock))")
        return applied
    }

    /// The highest applied migration; 0 for a database that was never migrated.
    package static func version(of connection: PostgresConnection) throws(DatabaseError) -> Int32 {
        guard try tableExists(connection) else { return 0 }
        return try connection.query("select coalesce(max(number), 0) as version from migrations.applied").only()
            .decode("version")
    }
}

extension Migrator {
    private static func migrateLocked(
        _ connection: PostgresConnection, _ migrations: [Migration]
    ) throws -> [Migration] {
        if try !tableExists(connection) { try connection.executeScript(createTable) }
        let known = try applied(connection)
        let missing = try MigrationPlan.missing(from: migrations, applied: known)
        for migration in missing { try apply(migration, connection) }
        return missing
    }

    private static func apply(_ migration: Migration, _ connection: PostgresConnection) throws {
        try connection.transaction { transaction in
            try transaction.execute(
                """
                insert into migrations.applied (number, name, sha256)
                values (\(migration.number), \(migration.name), \(migration.sha256))
                """)
            try transaction.execute("select set_config('migrations.script', \(migration.sql), true)")
            try transaction.executeScript(runScript)
            try transaction.commit()
        }
    }

    private static func applied(_ connection: PostgresConnection) throws(DatabaseError) -> [AppliedMigration] {
        var list: [AppliedMigration] = []
        for row in try connection.query("select number, name, sha256 from migrations.applied order by number") {
            list.append(try AppliedMigration(number: row.decode("number"), sha256: row.decode("sha256")))
        }
        return list
    }

    private static func tableExists(_ connection: PostgresConnection) throws(DatabaseError) -> Bool {
        try connection.query("select to_regclass('migrations.applied') is not null as exists").only().decode("exists")
    }

    private static func requireConsecutive(_ numbers: [Int32]) throws(MigrationError) {
        for (index, number) in numbers.enumerated() where number != Int32(index + 1) {
            throw .notConsecutive(number: number)
        }
    }

    /// The file runs inside a block, where PostgreSQL refuses COMMIT, ROLLBACK and the like (0A000), so that no file can
    /// end the transaction that it shares with its row.
    private static let runScript = "do $$ begin execute current_setting('migrations.script'); end $$"

    /// Everybody may read which version the database has: functions check it when they start.
    private static let createTable = """
        create schema migrations;
        create table migrations.applied (
            number integer constraint applied_pkey primary key,
            name text not null,
            sha256 bytea not null,
            applied_at timestamptz not null default clock_timestamp());
        comment on table migrations.applied is 'The migrations that this database has had.';
        grant usage on schema migrations to public;
        grant select on migrations.applied to public;
        """
}
