import Platform
import PostgresClient
import TestSupport

@testable import ProvisionService

/// A test's database on which the service roles must show their password, and the server's log.
struct PasswordServer {
    let database: TestDatabase
    let logPath: String

    /// Asks for passwords from now on; logs every statement of this database.
    init(_ database: TestDatabase) throws {
        self.database = database
        logPath = database.server.socketDirectory + "/log"
        try database.requirePasswords(of: ServiceRole.allCases.map(\.rawValue))
        let administrator = try database.server.administrate()
        _ = try administrator.query("alter database \(raw: database.name) set log_statement = 'all'")
    }

    /// How the service's role reaches this database with the password.
    func configuration(_ role: ServiceRole, _ password: String) throws -> ConnectionConfiguration {
        var configuration = try database.configuration(as: role.rawValue)
        configuration.password = password
        return configuration
    }

    /// What provisioning is told.
    func settings(
        _ passwords: [ServiceRole: String], user: String? = nil, modes: String? = nil
    ) throws -> ProvisionSettings {
        let variables = Dictionary(uniqueKeysWithValues: passwords.map { ($0.passwordVariable, $1) })
        return try ProvisionSettings { name in
            switch name {
            case "PGHOST": database.server.socketDirectory
            case "PGDATABASE": database.name
            case "PGUSER": user ?? database.server.superuser
            case "PGSSLMODE": "disable"
            case "LEDGER_ACCOUNT_MODES": modes
            default: variables[name]
            }
        }
    }

    /// The server's whole log.
    func log() throws -> String {
        guard let file = unsafe fopen(logPath, "r") else { throw HarnessError("cannot read \(logPath)") }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece.prefix(count)
        }
    }
}
