internal import Migrations
internal import Platform
package import PostgresClient
internal import Synchronization

/// A database that belongs to one test.
package struct TestDatabase: Sendable {
    package let server: PostgresServer
    package let name: String

    /// How to connect: as the superuser, or as one of the service roles, which may log in here.
    package func configuration(as role: String? = nil) throws(DatabaseError) -> ConnectionConfiguration {
        try server.configuration(database: name, role: role)
    }

    /// A new connection.
    package func connect(as role: String? = nil) throws(DatabaseError) -> PostgresConnection {
        try PostgresConnection(configuration(as: role), timeoutMilliseconds: 60_000)
    }

    /// The same as a URL, for programs that are given one.
    package func url(as role: String? = nil) -> String {
        "postgres://\(role ?? server.superuser)@/\(name)?host=\(server.socketDirectory)"
    }
}

/// Hands `body` a database of its own, and takes it away afterwards.
///
/// - Parameter migrated: with the whole schema (copied from a template that is migrated once), or empty.
package func withDatabase<Value>(migrated: Bool = true, _ body: (TestDatabase) throws -> Value) throws -> Value {
    let server = try PostgresServer.shared()
    let template = migrated ? try MigratedTemplate.name(on: server) : "template0"
    let number = databaseCounter.withLock { counter in
        counter += 1
        return counter
    }
    let name = "test_\(number)"
    _ = try server.administrate().query("create database \(raw: name) template \(raw: template)")
    defer { _ = try? server.administrate().query("drop database \(raw: name) with (force)") }
    return try body(TestDatabase(server: server, name: name))
}

private let databaseCounter = Mutex(0)

/// The database that the others are copied from.
enum MigratedTemplate {
    private static let made = Result { try make() }

    static func name(on server: PostgresServer) throws -> String {
        try made.get()
    }

    private static func make() throws -> String {
        let database = TestDatabase(server: try PostgresServer.shared(), name: "migrated")
        try make(database)
        return database.name
    }

    /// Makes the database with the whole schema.
    static func make(_ database: TestDatabase) throws {
        _ = try database.server.administrate().query("create database \(raw: database.name) template template0")
        let connection = try database.connect()
        try Migrator.migrate(connection)
        try letRolesLogIn(connection)
    }

    /// In a deployment `provision` decides who logs in; here the service roles do, without a password.
    private static func letRolesLogIn(_ connection: PostgresConnection) throws {
        let roles = try connection.query("select rolname from pg_roles where rolname like 'nerdwork\\_%'")
        for row in roles {
            _ = try connection.query("alter role \(raw: row.decode("rolname")) login")
        }
    }
}
