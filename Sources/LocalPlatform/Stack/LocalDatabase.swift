internal import Migrations
package import PostgresClient

/// The database that functions work on: the project's private one, or one that the caller names.
package final class LocalDatabase {
    /// How this tool itself connects: as the administrator, or as whom the URL names.
    package let configuration: ConnectionConfiguration
    private let server: PrivatePostgres?
    private var session: PostgresConnection?

    /// Starts the project's private PostgreSQL and brings its schema up to date.
    ///
    /// - Parameter progress: told what takes a while.
    package init(
        project: String, functions: [TemplateFunction], progress: (String) -> Void
    ) throws(LocalError) {
        let server = try PrivatePostgres(
            project: project, roles: functions.compactMap { $0.environment["PGUSER"] }, progress: progress)
        self.server = server
        configuration = try Self.describing("The private PostgreSQL") { () throws(DatabaseError) in
            try server.configuration(database: PrivatePostgres.database)
        }
        try createDatabase(on: server)
        try migrate(progress: progress)
        try letLogIn(functions.compactMap { $0.environment["PGUSER"] })
    }

    /// Uses the database that a `postgresql://` URL names; its schema is left as it is.
    package init(url: String) throws(LocalError) {
        server = nil
        do throws(DatabaseError) {
            configuration = try ConnectionConfiguration(url: url)
        } catch {
            throw LocalError(.usage, "The URL of --db is not usable: \(error.message).")
        }
        _ = try connection()
    }

    /// Closes this tool's own connection, and stops the private server where nobody else uses it.
    package func stop() {
        session = nil
        server?.stop()
    }

    /// Whether nothing that is written to it leaves this machine.
    var isOnThisMachine: Bool {
        server != nil
            || configuration.hosts.allSatisfy { $0.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains($0) }
    }

    /// The connection of this tool itself, opened when first used.
    package func connection() throws(LocalError) -> PostgresConnection {
        if let session, session.isUsable { return session }
        let configuration = configuration
        let opened = try Self.describing("Cannot reach the database \(configuration)") { () throws(DatabaseError) in
            try PostgresConnection(configuration)
        }
        session = opened
        return opened
    }

    /// Brings the schema up to date.
    package func migrate(progress: (String) -> Void) throws(LocalError) {
        let connection = try connection()
        do {
            let applied = try Migrator.migrate(connection)
            guard !applied.isEmpty else { return }
            progress("Applied \(applied.count) migrations.")
            // Hundreds of new files reach the disk now; the server's end would have to wait for them.
            if server != nil { try connection.executeScript("checkpoint") }
        } catch {
            throw LocalError(.software, "The database's schema cannot be brought up to date: \(error).")
        }
    }

    /// How many migrations the database lacks; more than 0 only where `migrate` was not called.
    package func missingMigrations() throws(LocalError) -> Int {
        let connection = try connection()
        let version = try Self.describing("The database") { () throws(DatabaseError) in
            try Migrator.version(of: connection)
        }
        return Migration.all.count { $0.number > version }
    }

    /// The `PG*` variables with which a function connects: as the template says in the private database.
    ///
    /// A function that names no role works as the database's owner. Its login is in a secret that RDS makes, of which
    /// there is none here.
    package func variables(for function: TemplateFunction) throws(LocalError) -> DatabaseVariables {
        let role = function.environment["PGUSER"] ?? configuration.user
        let isOwn = server == nil || function.environment["PGUSER"] == nil ? false : try roleExists(role)
        var variables = [
            "PGHOST": configuration.hosts.joined(separator: ","),
            "PGPORT": configuration.ports.map(String.init).joined(separator: ","),
            "PGDATABASE": configuration.database,
            "PGUSER": isOwn ? role : configuration.user,
            // The private server asks the operating system who it is talking to.
            "PGPASSWORD": configuration.password ?? "local",
            "PGSSLMODE": configuration.tlsMode.rawValue,
        ]
        variables["PGSSLROOTCERT"] = configuration.tlsRootCertificate
        variables["PGOPTIONS"] = configuration.options
        let fetchesPassword = ["DATABASE_SECRET_ARN", "DATABASE_AUTH"].contains { function.environment[$0] != nil }
        if isOwn, fetchesPassword { variables["PGPASSWORD"] = nil }
        return DatabaseVariables(variables, keepsLogin: isOwn)
    }

    private func roleExists(_ role: String) throws(LocalError) -> Bool {
        let connection = try connection()
        return try Self.describing("The database") { () throws(DatabaseError) in
            try !connection.query("select 1 from pg_catalog.pg_roles where rolname = \(role)").isEmpty
        }
    }

    private func createDatabase(on server: PrivatePostgres) throws(LocalError) {
        try Self.describing("The private PostgreSQL") { () throws(DatabaseError) in
            let first = try PostgresConnection(server.configuration(database: "postgres"))
            let name = PrivatePostgres.database
            if try first.query("select 1 from pg_catalog.pg_database where datname = \(name)").isEmpty {
                try first.executeScript("create database \(name)")
            }
        }
    }

    /// Migrations make roles that nobody can log in as; here each function logs in as its own.
    private func letLogIn(_ roles: [String]) throws(LocalError) {
        let connection = try connection()
        try Self.describing("The private PostgreSQL") { () throws(DatabaseError) in
            let closed = try connection.query(
                "select quote_ident(rolname) as name from pg_catalog.pg_roles where rolname = any(\(roles)) and not rolcanlogin"
            )
            for role in closed {
                try connection.executeScript("alter role \(role.decode("name", as: String.self)) login")
            }
        }
    }

    private static func describing<R>(
        _ subject: String, _ body: () throws(DatabaseError) -> R
    ) throws(LocalError) -> R {
        do throws(DatabaseError) {
            return try body()
        } catch {
            throw LocalError(.unavailable, "\(subject): \(error).")
        }
    }
}
