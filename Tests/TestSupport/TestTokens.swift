package import Codecs
package import Cryptography
package import JSONWebToken
internal import PostgresClient

/// Access tokens as the auth service issues them, signed with a key that this process makes once.
package enum TestTokens {
    package static let issuer = "https://auth.nerdwork.example"
    package static let audience = "nerdwork-api"

    /// The key, and the set that has its public half.
    package struct Keys: Sendable {
        package let key: RSAPrivateKey
        package let kid: String
        package let published: JSONWebKeySet
    }

    /// Making a key takes some tenths of a second.
    package static func keys() throws -> Keys {
        try made.get()
    }

    private static let made = Result {
        let key = try RSAPrivateKey.generate()
        let published = JSONWebKey(key.publicKey)
        return Keys(key: key, kid: published.kid, published: try JSONWebKeySet([published]))
    }

    /// What the token of a reader says who signed in a minute ago, or `proofAge` seconds; good for ten minutes.
    package static func claims(
        of user: UUID, session: UUID = UUID(high: 0x5E55, low: 1), at now: Timestamp, issuer: String = issuer,
        audience: String = audience, scope: String = "profile:read profile:write comics:read",
        role: String = "reader", level: AuthenticationLevel = .one, proofAge: Int64 = 60
    ) -> AccessToken {
        AccessToken(
            issuer: issuer, audience: audience, userID: user, clientID: "web", tokenID: UUID(high: 0x70CE, low: 1),
            sessionID: session, issuedAt: now.advanced(byMilliseconds: -2_000),
            expiresAt: now.advanced(byMilliseconds: 598_000),
            authenticatedAt: now.advanced(byMilliseconds: -proofAge * 1_000), scope: scope, role: role, level: level)
    }

    /// The signed token of a reader.
    package static func token(for user: UUID, at now: Timestamp) throws -> String {
        let keys = try keys()
        return try claims(of: user, at: now).signed(by: keys.key, kid: keys.kid)
    }

    /// Puts the key where functions look for it, in the state that it is told.
    package static func publish(in database: TestDatabase, state: String = "active") throws {
        let keys = try keys()
        let key = keys.key.publicKey
        try database.connect().transaction { transaction in
            // Its other unique index knows no "on conflict": two that publish at once would be one too many.
            try transaction.execute("lock table auth.signing_keys in share row exclusive mode")
            try transaction.execute(
                """
                insert into auth.signing_keys (kid, modulus, exponent, state, created_at)
                values (\(keys.kid), \(key.modulus), \(key.exponent), \(state), '2026-01-01T00:00:00Z')
                on conflict (kid) do update set state = excluded.state
                """)
        }
    }
}
