import AuthKeys
import Codecs
import JSONWebToken
import PostgresClient

/// The statements around one use of a refresh token (0010_auth_sign_in.sql).
enum RefreshStatement {
    /// Decides what becomes of the token, and does it; always one row.
    static func use(_ token: RefreshToken, bucket: [UInt8], now: Timestamp) -> SQL {
        """
        select outcome, wait_ms, counter, salt, key, user_id, acr, authenticated_at, role, email, display_name, locale,
            has_second_factor, expires_at
        from auth.refresh_session(\(token.sessionID), \(Int64(token.counter)), \(bucket), \(now))
        """
    }

    /// Ends the session of a token that was used again; fails (`DatabaseError.isOvertaken`) where it has ended.
    static func endReused(_ token: RefreshToken, now: Timestamp) -> SQL {
        "select auth.revoke_reused(\(token.sessionID), \(Int64(token.counter)), \(now))"
    }

    /// Ends a session whose token was shown, and writes that down; nothing where it had ended.
    static func end(_ session: UUID, addressPrefix: String, requestID: String, now: Timestamp) -> SQL {
        "select auth.end_session(\(session), \(addressPrefix), \(requestID), \(now))"
    }
}

/// What became of a refresh token.
enum RefreshOutcome: String, CaseIterable, Sendable {
    /// It was the current one, and the next one takes its place.
    case rotated
    /// It was the one before, whose holder may not have got our answer: the same next one again.
    case replayed
    /// Too often; nothing has been done.
    case throttled
    /// Neither the current one nor excusable: somebody has a copy. Nothing has been done yet.
    case reused
    /// The session was ended because a copy was used.
    case revoked
    /// The session is over.
    case ended
    /// There is no such session.
    case unknown
    /// A counter that nobody was given.
    case ahead
}

/// The row of `RefreshStatement.use`.
struct RefreshedSession {
    let outcome: RefreshOutcome
    let userID: UUID?
    private let waitMilliseconds: Int64
    private let locale: String?
    private let email: String?
    private let row: Row

    init(_ row: Row, _ token: RefreshToken) throws(DatabaseError) {
        guard let outcome = RefreshOutcome(rawValue: try row.decode("outcome")) else {
            throw DatabaseError(.decoding, "an outcome that is not known", column: "outcome")
        }
        self.outcome = outcome
        waitMilliseconds = try row.decode("wait_ms")
        userID = try row.decodeIfPresent("user_id")
        locale = try row.decodeIfPresent("locale")
        email = try row.decodeIfPresent("email")
        self.row = row
    }

    var waitSeconds: Int { Int((waitMilliseconds + 999) / 1_000) }

    /// Whom an event about the session is about.
    var subject: AuthEvents.Subject {
        AuthEvents.Subject(id: userID ?? UUID(high: 0, low: 0), locale: locale, address: email)
    }

    /// The session with its next token; nil where the token's proof is not of this session's salt.
    ///
    /// Throws `DatabaseError` and `AuthKeyError`.
    func signedIn(_ token: RefreshToken, _ roots: RootKeys, _ client: SessionClient) throws -> SignedIn? {
        let salt: [UInt8] = try row.decode("salt")
        let keyID: Int16 = try row.decode("key")
        guard let userID, try token.isProven(salt: salt, keyID: keyID, roots: roots) else { return nil }
        let next = try RefreshToken(
            sessionID: token.sessionID, counter: UInt32(truncatingIfNeeded: row.decode("counter", as: Int64.self)),
            salt: salt, keyID: keyID, roots: roots)
        return SignedIn(
            person: try SignedInPerson(row, userID: userID), sessionID: token.sessionID,
            level: AuthenticationLevel(rawValue: try row.decode("acr")) ?? .one,
            authenticatedAt: try row.decode("authenticated_at"), expiresAt: try row.decode("expires_at"),
            client: client, refreshToken: next.text, device: nil)
    }
}
