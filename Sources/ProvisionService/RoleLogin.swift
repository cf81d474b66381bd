internal import Codecs
internal import Platform
internal import PostgresClient

/// Lets one service role log in with its configured password.
struct RoleLogin {
    /// The advisory lock that one run holds at a time while it looks at the roles and changes them.
    private static let lock: Int64 = 0x6E65_7264_726F_6C65
    private static let attempts = 10

    private let role: ServiceRole
    private let password: String
    private let configuration: ConnectionConfiguration
    private let connection: PostgresConnection

    init(
        _ login: ProvisionSettings.Login, _ configuration: ConnectionConfiguration, _ connection: PostgresConnection
    ) {
        role = login.role
        password = login.password
        self.configuration = configuration
        self.connection = connection
    }

    /// Makes sure of it; false where nothing had to be changed.
    func establish() throws -> Bool {
        for attempt in 1..<Self.attempts {
            do {
                return try attemptOnce()
            } catch let error as DatabaseError where Self.isConcurrentUpdate(error) {
                usleep(UInt32(attempt) * 20_000)
            }
        }
        return try attemptOnce()
    }

    private func attemptOnce() throws -> Bool {
        try connection.transaction { transaction in
            try transaction.execute("select pg_advisory_xact_lock(\(Self.lock))")
            if try canLogIn(transaction), passwordIsCurrent() {
                try transaction.commit()
                return false
            }
            let verifier = try connection.passwordVerifier(for: password, role: role.rawValue)
            // ALTER ROLE takes no parameters; both texts are made of harmless characters.
            try transaction.commit(with: [SQL(raw: "alter role \(role.rawValue) login password '\(verifier)'")])
            return true
        }
    }

    private func canLogIn(_ transaction: Transaction) throws(DatabaseError) -> Bool {
        let found = try transaction.query(
            "select rolcanlogin from pg_catalog.pg_roles where rolname = \(role.rawValue)")
        guard found.count == 1 else { return false }
        return try found.only().decode("rolcanlogin")
    }

    /// Whether the role logs in with exactly this password already.
    ///
    /// Only a login can tell: nobody but a superuser reads the verifiers, and in AWS the owner is none.
    private func passwordIsCurrent() -> Bool {
        var probe = configuration
        probe.user = role.rawValue
        probe.password = password
        let milliseconds = min(connection.limit?.remainingMilliseconds ?? .max, 5_000)
        guard let session = try? PostgresConnection(probe, timeoutMilliseconds: Int(milliseconds)) else { return false }
        defer { session.close() }
        return session.loginUsedPassword
    }

    /// Roles belong to the whole server, the lock to one database: another database's run may be at the same role.
    private static func isConcurrentUpdate(_ error: DatabaseError) -> Bool {
        error.sqlState == "XX000" && error.message.containsText("concurrently updated")
    }
}
