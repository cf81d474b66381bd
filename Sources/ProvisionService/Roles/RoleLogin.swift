internal import Codecs
internal import Platform
internal import PostgresClient

/// Lets one service role log in with a password.
struct RoleLogin {
    /// The advisory lock that one run holds at a time while it looks at the roles and changes them.
    private static let lock: Int64 = 0x6E65_7264_726F_6C65
    private static let attempts = 10

    let role: ServiceRole
    /// Where the database is; user and password are those of the role.
    let configuration: ConnectionConfiguration
    /// The owner's session.
    let connection: PostgresConnection

    /// Makes sure that the password is the role's; false where nothing had to be changed.
    func establish(_ password: String) throws -> Bool {
        for attempt in 1..<Self.attempts {
            do {
                return try attemptOnce(password)
            } catch let error as DatabaseError where Self.isConcurrentUpdate(error) {
                usleep(UInt32(attempt) * 20_000)
            }
        }
        return try attemptOnce(password)
    }

    /// Runs `body` while no other run looks at the roles or changes them.
    ///
    /// What it reads outside the database, such as which version of a secret is the current one, is then read after
    /// whatever another run has done to the role.
    func exclusively<Value>(_ body: () throws -> Value) throws -> Value {
        _ = try connection.query("select pg_advisory_lock(\(Self.lock))")
        // Best effort: a connection that is gone has taken its lock with it.
        defer { _ = try? connection.query("select pg_advisory_unlock(\(Self.lock))") }
        return try body()
    }

    /// Whether the role logs in with exactly this password already.
    ///
    /// Only a login can tell: nobody but a superuser reads the verifiers, and in AWS the owner is none. Where the
    /// server's rules ask for no password the answer is no.
    func isCurrent(_ password: String) -> Bool {
        guard let session = try? logIn(password) else { return false }
        defer { session.close() }
        return session.loginUsedPassword
    }

    /// Opens a session of the role, and ends it.
    ///
    /// Throws what the server says.
    func check(_ password: String) throws(DatabaseError) {
        try logIn(password).close()
    }

    private func logIn(_ password: String) throws(DatabaseError) -> PostgresConnection {
        var probe = configuration
        probe.user = role.rawValue
        probe.password = password
        let milliseconds = min(connection.limit?.remainingMilliseconds ?? .max, 5_000)
        return try PostgresConnection(probe, timeoutMilliseconds: Int(milliseconds))
    }

    private func attemptOnce(_ password: String) throws -> Bool {
        try connection.transaction { transaction in
            try transaction.execute("select pg_advisory_xact_lock(\(Self.lock))")
            if try canLogIn(transaction), isCurrent(password) {
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

    /// Roles belong to the whole server, the lock to one database: another database's run may be at the same role.
    private static func isConcurrentUpdate(_ error: DatabaseError) -> Bool {
        error.sqlState == "XX000" && error.message.containsText("concurrently updated")
    }
}
