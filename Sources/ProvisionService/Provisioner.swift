internal import AWSClient
internal import AuthKeys
internal import Codecs
internal import Ledger
internal import Migrations
internal import Platform
internal import PostgresClient

/// Brings a deployment to the state that the release needs.
///
/// Running it again changes nothing.
package enum Provisioner {
    /// Applies the missing migrations and the accounts' modes, lets the service roles log in, and sees to the keys; or sees to the keys alone.
    ///
    /// Several at once wait for each other. Throws `MigrationError`, `DatabaseError`, `AWSError`, `AuthKeyError` or
    /// `ProvisionError`; what was complete by then stays.
    /// - Parameters:
    ///   - environment: the variables of AWS (region, credentials, endpoints).
    ///   - milliseconds: the longest that all of it may take; nil waits for ever.
    package static func run(
        _ settings: ProvisionSettings, _ task: ProvisionTask = .migrate, environment: @escaping (String) -> String?,
        milliseconds: Int64? = nil
    ) throws -> ProvisionReport {
        let deadline = milliseconds.map { SystemClock.now().advanced(byMilliseconds: $0) }
        let client = AWSClient(environment: environment)
        return try run(settings, task, milliseconds: milliseconds) { .aws(client, $0, deadline: deadline) }
    }

    /// The same with other places for the keys, and another clock.
    static func run(
        _ settings: ProvisionSettings, _ task: ProvisionTask, milliseconds: Int64? = nil,
        now: @escaping () -> Timestamp = { SystemClock.now() }, places: (KeySettings) -> KeyPlaces
    ) throws -> ProvisionReport {
        let limit = milliseconds.map { TimeLimit.after(milliseconds: $0) }
        let connection = try connect(settings.database, limit)
        defer { connection.close() }
        let keys = settings.keys.map {
            KeyProvisioning(connection: connection, places: places($0), issuer: $0.issuer, now: now)
        }
        switch task {
        case .migrate:
            return try migrate(settings, connection, keys)
        case .keys(let wish):
            guard let keys else { throw ProvisionError.variable("AUTH_KEYS_SECRET_ARN", "is not set") }
            return ProvisionReport(keys: try keys.run(wish))
        }
    }

    private static func migrate(
        _ settings: ProvisionSettings, _ connection: PostgresConnection, _ keys: KeyProvisioning?
    ) throws -> ProvisionReport {
        let applied = try Migrator.migrate(connection)
        for (account, mode) in settings.accountModes.modes {
            let (number, stripes) = mode.columns
            _ = try connection.query("select ledger.set_mode(\(account.rawValue), \(number), \(stripes))")
        }
        return ProvisionReport(
            applied: applied.map { ProvisionReport.Applied(number: $0.number, name: $0.name) },
            version: try Migrator.version(of: connection), logins: try logins(settings, connection),
            keys: try keys?.run(.nothing))
    }

    private static func logins(
        _ settings: ProvisionSettings, _ connection: PostgresConnection
    ) throws -> [ProvisionReport.Login] {
        try settings.logins.map { login in
            let isChanged = try RoleLogin(login, settings.database, connection).establish()
            return ProvisionReport.Login(role: login.role, isChanged: isChanged)
        }
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
