internal import AWSClient
internal import AuthKeys
internal import Codecs
internal import Ledger
internal import Migrations
internal import Platform
internal import PostgresClient
internal import ServiceKit

/// Brings a deployment to the state that the release needs.
///
/// Running it again changes nothing.
package struct Provisioner {
    private let settings: ProvisionSettings
    private let limit: TimeLimit?
    private let places: ProvisionPlaces

    /// - Parameters:
    ///   - milliseconds: the longest that all of it may take; nil waits for ever.
    ///   - places: the world outside the database.
    init(_ settings: ProvisionSettings, milliseconds: Int64? = nil, places: ProvisionPlaces) {
        self.settings = settings
        limit = milliseconds.map { TimeLimit.after(milliseconds: $0) }
        self.places = places
    }

    /// Applies the missing migrations and the accounts' modes, lets the service roles log in, and sees to the keys; or
    /// sees to the keys alone; or does one step of a secret's rotation; or notes what CloudFront shows.
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
        let places = ProvisionPlaces.aws(environment: environment, deadline: deadline)
        return try Provisioner(settings, milliseconds: milliseconds, places: places).run(task)
    }

    func run(_ task: ProvisionTask) throws -> ProvisionReport {
        let fetched = FetchedSecrets(places)
        do {
            switch task {
            case .migrate: return try withConnection(fetched) { try migrate($0, fetched.places.secrets) }
            case .deploy:
                var report = try withConnection(fetched) { try migrate($0, fetched.places.secrets) }
                report.originVersion = try originSecret(fetched)?.currentVersion()
                return report
            case .shown(let version): return try markShown(version, fetched)
            case .keys(let wish): return try withConnection(fetched) { try keys(wish, $0) }
            case .secret(let request): return try rotate(request, fetched)
            }
        } catch {
            // Errors are made without values; this text leaves the account's hands for CloudFormation's.
            throw fetched.isTold(in: error) ? ProvisionError.withheld : error
        }
    }

    private func keyProvisioning(_ connection: PostgresConnection) -> KeyProvisioning? {
        settings.keys.map {
            KeyProvisioning(connection: connection, places: places.keys($0), issuer: $0.issuer, now: places.now)
        }
    }

    private func keys(_ wish: KeyRotation.Wish, _ connection: PostgresConnection) throws -> ProvisionReport {
        guard let keys = keyProvisioning(connection) else {
            throw ProvisionError.variable("AUTH_KEYS_SECRET_ARN", "is not set")
        }
        return ProvisionReport(keys: try keys.run(wish))
    }
}

// MARK: Migrating

extension Provisioner {
    private func migrate(_ connection: PostgresConnection, _ secrets: SecretVersions) throws -> ProvisionReport {
        let applied = try Migrator.migrate(connection)
        for (account, mode) in settings.accountModes.modes {
            let (number, stripes) = mode.columns
            _ = try connection.query("select ledger.set_mode(\(account.rawValue), \(number), \(stripes))")
        }
        return ProvisionReport(
            applied: applied.map { ProvisionReport.Applied(number: $0.number, name: $0.name) },
            version: try Migrator.version(of: connection), logins: try logins(connection, secrets),
            keys: try keyProvisioning(connection)?.run(.nothing))
    }

    private func logins(
        _ connection: PostgresConnection, _ secrets: SecretVersions
    ) throws -> [ProvisionReport.Login] {
        try settings.logins.map { login in
            let role = RoleLogin(role: login.role, configuration: settings.database, connection: connection)
            let isChanged =
                switch login.password {
                case .text(let password): try role.establish(password)
                case .secret(let id): try RoleSecret(id: id, login: role, versions: secrets).establish()
                }
            return ProvisionReport.Login(role: login.role, isChanged: isChanged)
        }
    }
}

// MARK: Rotating

extension Provisioner {
    /// Only the secrets that the variables name: whoever may invoke the function shall not choose.
    private func rotate(_ request: RotationRequest, _ fetched: FetchedSecrets) throws -> ProvisionReport {
        let secrets = fetched.places.secrets
        if let origin = originSecret(fetched), origin.id.utf8.elementsEqual(request.secret.utf8) {
            return try report(request, SecretRotation(versions: secrets, target: .origin(origin)))
        }
        guard let role = role(of: request.secret) else {
            throw ProvisionError.rotation("the secret is none of this deployment's")
        }
        return try withConnection(fetched) { connection in
            let login = RoleLogin(role: role, configuration: settings.database, connection: connection)
            let secret = RoleSecret(id: request.secret, login: login, versions: secrets)
            return try report(request, SecretRotation(versions: secrets, target: .role(secret)))
        }
    }

    private func originSecret(_ fetched: FetchedSecrets) -> OriginSecret? {
        settings.originSecret.map { OriginSecret(id: $0, versions: fetched.places.secrets) }
    }

    private func markShown(_ version: String, _ fetched: FetchedSecrets) throws -> ProvisionReport {
        guard let origin = originSecret(fetched) else {
            throw ProvisionError.variable("ORIGIN_SECRET_ARN", "is not set")
        }
        return ProvisionReport(isShownChanged: try origin.markShown(version))
    }

    private func role(of secret: String) -> ServiceRole? {
        settings.logins.first { login in
            guard case .secret(let id) = login.password else { return false }
            return id.utf8.elementsEqual(secret.utf8)
        }?.role
    }

    private func report(_ request: RotationRequest, _ rotation: SecretRotation) throws -> ProvisionReport {
        let isChanged = try rotation.run(request)
        return ProvisionReport(
            rotation: ProvisionReport.Rotation(
                name: rotation.target.name, step: request.step, isChanged: isChanged))
    }
}

// MARK: The owner's session

extension Provisioner {
    /// A database that scales to zero takes about 15 seconds to wake.
    private static let connectMilliseconds: Int64 = 30_000

    private func withConnection(
        _ fetched: FetchedSecrets, _ body: (PostgresConnection) throws -> ProvisionReport
    ) throws -> ProvisionReport {
        let time = min(limit?.remainingMilliseconds ?? .max, Self.connectMilliseconds)
        let connection = try PostgresConnection.open(
            settings.database, login: settings.ownerSecret.map { fetched.login($0) },
            limit: .after(milliseconds: time))
        defer { connection.close() }
        connection.limit = limit
        return try body(connection)
    }
}
