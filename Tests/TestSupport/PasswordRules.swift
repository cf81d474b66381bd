internal import Platform
internal import PostgresClient
internal import Synchronization

extension TestDatabase {
    /// From now on these roles must show their password (SCRAM) to connect to this database.
    ///
    /// The rules stand in the cluster's `pg_hba.conf`, for this one database: others stay open to everybody.
    package func requirePasswords(of roles: [String]) throws {
        try PasswordRules.add("local \(name) \(roles.joined(separator: ",")) scram-sha-256", on: server)
        for role in roles { try waitUntilAsked(role) }
    }

    private func waitUntilAsked(_ role: String) throws {
        var configuration = try configuration(as: role)
        configuration.password = "certainly wrong"
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

/// The rules of all tests' databases, because there is one file for them.
private enum PasswordRules {
    private static let rules = Mutex<[String]>([])

    static func add(_ rule: String, on server: PostgresServer) throws {
        let administrator = try server.administrate()
        try rules.withLock { rules in
            rules.append(rule)
            let path = try administrator.query("select current_setting('hba_file') as path").only()
                .decode("path", as: String.self)
            // COPY takes no parameters; the path is the server's own.
            _ = try administrator.query("create temporary table rules (number bigint, line text)")
            _ = try administrator.query(
                """
                insert into rules select number, line
                from unnest(\(rules + ["local all all trust"])) with ordinality as listed (line, number)
                """)
            _ = try administrator.query("copy (select line from rules order by number) to '\(raw: path)'")
            _ = try administrator.query("select pg_reload_conf()")
        }
    }
}
