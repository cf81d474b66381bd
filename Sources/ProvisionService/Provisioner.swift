internal import Migrations
internal import PostgresClient

/// Brings a database to the state that the release needs.
///
/// Running it again changes nothing.
package enum Provisioner {
    /// Applies the missing migrations, then lets the service roles log in.
    ///
    /// Several at once wait for each other. Throws `MigrationError` or `DatabaseError`; what was complete by then stays.
    /// - Parameter milliseconds: the longest that the database may take for all of it; nil waits for ever.
    package static func run(_ settings: ProvisionSettings, milliseconds: Int64? = nil) throws -> ProvisionReport {
        let limit = milliseconds.map { TimeLimit.after(milliseconds: $0) }
        let connection = try connect(settings.database, limit)
        defer { connection.close() }
        let applied = try Migrator.migrate(connection)
        let version = try Migrator.version(of: connection)
        var logins: [ProvisionReport.Login] = []
        for login in settings.logins {
            let isChanged = try RoleLogin(login, settings.database, connection).establish()
            logins.append(ProvisionReport.Login(role: login.role, isChanged: isChanged))
        }
        return ProvisionReport(
            applied: applied.map { ProvisionReport.Applied(number: $0.number, name: $0.name) }, version: version,
            logins: logins)
    }

    /// A database that scales to zero takes about 15 seconds to wake.
    private static let connectMilliseconds: Int64 = 30_000

    private static func connect(
        _ configuration: ConnectionConfiguration, _ limit: TimeLimit?
    ) throws(DatabaseError) -> PostgresConnection {
        let time = min(limit?.remainingMilliseconds ?? .max, connectMilliseconds)
        let connection = try PostgresConnection(configuration, timeoutMilliseconds: Int(time))
        connection.limit = limit
        return connection
    }
}
