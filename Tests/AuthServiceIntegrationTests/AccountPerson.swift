import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import PostgresClient
import StrictJSON
import TestSupport

@testable import AuthService

/// Somebody with an account and a session.
struct AccountPerson: Sendable {
    let userID: UUID
    let sessionID: UUID
    let email: String
    let role: String
    let level: AuthenticationLevel
    /// The authenticator's seed; nil without second factor.
    let seed: [UInt8]?

    static let password = "correct horse battery staple"

    /// The code that the authenticator shows at that moment.
    func code(at time: Timestamp) -> String {
        let code = OneTimePassword.code(key: SecretBytes(seed ?? []), counter: TOTP.step(at: time))
        return String(decoding: code, as: UTF8.self)
    }
}

extension AccountStage {
    /// Puts an account with a living session into the tables.
    func person(
        _ name: String = "ada", role: String = "reader", status: String = "active",
        level: AuthenticationLevel = .one, hasFactor: Bool = false
    ) throws -> AccountPerson {
        let person = AccountPerson(
            userID: try RandomIdentifier.make(at: clock.now), sessionID: try RandomIdentifier.make(at: clock.now),
            email: name + "@example.com",
            role: role, level: level, seed: hasFactor ? try SecureRandom.bytes(count: 20) : nil)
        let secret = try Password(utf8: Array(AccountPerson.password.utf8), at: "")
        let sealed = try PasswordVault(roots: snapshot.roots, cost: Self.weakCost, report: { _ in }).seal(
            secret, for: person.userID)
        let connection = try database.connect()
        let now = clock.now
        try connection.execute(
            """
            insert into auth.users (user_id, email_canonical, email_display, email_verified_at, display_name, role,
                status, password_sealed, password_key, created_at, updated_at, purge_at)
            values (\(person.userID), \(person.email), \(person.email), \(now), \(name), \(role), \(status),
                \(sealed.bytes), \(sealed.keyID), \(now), \(now),
                \(status == "deleting" ? now.advanced(byMilliseconds: 86_400_000) : nil))
            """)
        try connection.execute(
            """
            insert into auth.sessions (session_id, user_id, refresh_salt, refresh_key, refresh_rotated_at, acr, amr,
                authenticated_at, client, idle, created_at, last_seen_at, expires_at)
            values (\(person.sessionID), \(person.userID), '\\x00', 1, \(now), \(level.rawValue), '{pwd}', \(now), 'web',
                '14 days', \(now), \(now), \(now.advanced(byMilliseconds: 30 * 86_400_000)))
            """)
        if let seed = person.seed { try addFactor(seed, person, connection) }
        return person
    }

    private func addFactor(_ seed: [UInt8], _ person: AccountPerson, _ connection: PostgresConnection) throws {
        let stored = try FactorStore.StoredSeed(seed, user: person.userID, roots: snapshot.roots, now: clock.now)
        try connection.execute(
            """
            insert into auth.totp_factors (user_id, factor_id, secret_sealed, secret_key, created_at, confirmed_at)
            values (\(person.userID), \(stored.factorID), \(stored.sealed), \(stored.keyID), \(clock.now), \(clock.now))
            """)
    }

    /// An access token as the service signs it.
    ///
    /// - Parameter age: seconds since the person proved who they are
    func token(_ person: AccountPerson, age: Int64 = 0) throws -> String {
        let keys = try snapshot
        let token = AccessToken(
            issuer: Self.issuer, audience: Self.audience, userID: person.userID, clientID: "nerdwork-web",
            tokenID: try RandomIdentifier.make(at: clock.now), sessionID: person.sessionID,
            issuedAt: clock.now.advanced(byMilliseconds: -2_000),
            expiresAt: clock.now.advanced(byMilliseconds: 300_000),
            authenticatedAt: clock.now.advanced(byMilliseconds: -age * 1_000),
            scope: TokenGrant.scope(role: person.role, level: person.level), role: person.role, level: person.level)
        return try token.signed(by: keys.signingKey, kid: keys.kid)
    }

    func count(_ sql: SQL) throws -> Int64 {
        try database.connect().query(sql).only().decode("count")
    }
}
