extension PostgresConnection {
    /// A new session; where the server refuses a login that was kept, with a newer one.
    ///
    /// - Parameters:
    ///   - login: asked before the session, and once more where the server refuses what it gave; nil where user and
    ///     password are the configuration's.
    ///   - limit: for all of it.
    package static func open(
        _ configuration: ConnectionConfiguration, login: LoginSource?, limit: TimeLimit
    ) throws(DatabaseError) -> PostgresConnection {
        guard let login else { return try open(configuration, limit) }
        let first = try login(LoginRequest(wasRefused: false, milliseconds: limit.remainingMilliseconds))
        do {
            return try open(configuration.loggingIn(with: first), limit)
        } catch {
            guard error.code == .authentication else { throw error }
            let second = try login(LoginRequest(wasRefused: true, milliseconds: limit.remainingMilliseconds))
            // The same once more would only count against the user.
            guard second != first else { throw error }
            return try open(configuration.loggingIn(with: second), limit)
        }
    }

    private static func open(
        _ configuration: ConnectionConfiguration, _ limit: TimeLimit
    ) throws(DatabaseError) -> PostgresConnection {
        try PostgresConnection(configuration, timeoutMilliseconds: Int(limit.remainingMilliseconds))
    }
}
