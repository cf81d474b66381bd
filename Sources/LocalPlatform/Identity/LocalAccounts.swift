internal import Codecs
internal import Platform
internal import PostgresClient

/// Accounts and sessions that are made by hand, for trying routes on this machine.
struct LocalAccounts {
    let database: LocalDatabase

    /// The account with that address; nil when there is none.
    func account(_ email: String) throws(LocalError) -> UUID? {
        let canonical = ASCII.lowercased(email)
        return try rows("select user_id from auth.users where email_canonical = \(canonical)").first
    }

    /// Makes sure that a verified account has that id; it has no password.
    func makeAccount(_ id: UUID, email: String) throws(LocalError) {
        let now = SystemClock.now()
        let canonical = ASCII.lowercased(email)
        _ = try rows(
            """
            insert into auth.users (user_id, email_canonical, email_display, email_verified_at, created_at, updated_at)
            values (\(id), \(canonical), \(email), \(now), \(now), \(now)) on conflict do nothing returning user_id
            """)
    }

    func setRole(_ role: String, of id: UUID) throws(LocalError) {
        _ = try rows("update auth.users set role = \(role) where user_id = \(id) returning user_id")
    }

    func role(of id: UUID) throws(LocalError) -> String {
        let connection = try database.connection()
        return try Self.describing { () throws(DatabaseError) in
            try connection.query("select role from auth.users where user_id = \(id)").only().decode("role")
        }
    }

    /// Opens a session as a native client's sign-in does, but for the refresh token, which nobody gets.
    func openSession(of user: UUID, acr: String, keyID: Int16) throws(LocalError) -> UUID {
        let id = try TokenMint.newID()
        let now = SystemClock.now()
        let salt = try LocalRandom.bytes(16)
        let end = now.advanced(byMilliseconds: 30 * 86_400_000)
        _ = try rows(
            """
            insert into auth.sessions (session_id, user_id, refresh_salt, refresh_key, refresh_rotated_at, acr, amr,
                                       authenticated_at, client, device_label, idle, created_at, last_seen_at, expires_at)
            values (\(id), \(user), \(salt), \(keyID), \(now), \(acr), array['pwd'], \(now), 'native', 'invoke-local',
                    interval '14 days', \(now), \(now), \(end)) returning user_id
            """)
        return id
    }

    private func rows(_ statement: SQL) throws(LocalError) -> [UUID] {
        let connection = try database.connection()
        return try Self.describing { () throws(DatabaseError) in
            var ids: [UUID] = []
            for row in try connection.query(statement) { ids.append(try row.decode("user_id")) }
            return ids
        }
    }

    private static func describing<R>(_ body: () throws(DatabaseError) -> R) throws(LocalError) -> R {
        do throws(DatabaseError) {
            return try body()
        } catch {
            throw LocalError(.unavailable, "The local accounts cannot be reached: \(error).")
        }
    }
}
