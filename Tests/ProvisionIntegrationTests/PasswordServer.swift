import Platform
import PostgresClient
import TestSupport

@testable import ProvisionService

/// A test's database on which the service roles must show their password, and the server's log.
///
/// The rules stand in the cluster's `pg_hba.conf`, for this one database: other tests' databases stay open to everybody.
struct PasswordServer {
    let database: TestDatabase
    let logPath: String

    /// Changes the rules and waits until the server follows them; logs every statement of this database.
    init(_ database: TestDatabase) throws {
        self.database = database
        logPath = database.server.socketDirectory + "/log"
        let administrator = try database.server.administrate()
        let rules = """
            local \(database.name) nerdwork_loyalty,nerdwork_ledger_audit scram-sha-256
            local all all trust
            """.split(separator: "\n").map(String.init)
        let path = try administrator.query("select current_setting('hba_file') as path").only()
            .decode("path", as: String.self)
        // COPY takes no parameters; the path is the server's own.
        _ = try administrator.query("create temporary table rules (line text)")
        _ = try administrator.query("insert into rules select unnest(\(rules))")
        _ = try administrator.query("copy rules to '\(raw: path)'")
        _ = try administrator.query("alter database \(raw: database.name) set log_statement = 'all'")
        _ = try administrator.query("select pg_reload_conf()")
        try waitUntilPasswordsAreAsked()
    }

    /// How the service's role reaches this database with the password.
    func configuration(_ role: ServiceRole, _ password: String) throws -> ConnectionConfiguration {
        var configuration = try database.configuration(as: role.rawValue)
        configuration.password = password
        return configuration
    }

    /// What provisioning is told.
    func settings(_ passwords: [ServiceRole: String], user: String? = nil) throws -> ProvisionSettings {
        let variables = Dictionary(uniqueKeysWithValues: passwords.map { ($0.passwordVariable, $1) })
        return try ProvisionSettings { name in
            switch name {
            case "PGHOST": database.server.socketDirectory
            case "PGDATABASE": database.name
            case "PGUSER": user ?? database.server.superuser
            case "PGSSLMODE": "disable"
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

    private func waitUntilPasswordsAreAsked() throws {
        let configuration = try configuration(.loyalty, "certainly wrong")
        for _ in 0..<500 {
            do throws(DatabaseError) {
                _ = try PostgresConnection(configuration)
            } catch {
                // Only a rule that asks for a password leads here, whether or not the role is there yet.
                if error.sqlState == "28P01" { return }
            }
            usleep(20_000)
        }
        throw HarnessError("the server did not take the new rules")
    }
}
