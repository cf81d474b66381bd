import Codecs
import JSONWebToken
import PostgresClient

/// Who is signed in, as the answer tells it.
struct SignedInPerson: Hashable, Sendable {
    let userID: UUID
    /// As its owner typed it.
    let email: String
    let displayName: String
    let role: String
    let hasSecondFactor: Bool

    /// Reads `role`, `email`, `display_name` and `has_second_factor`.
    init(_ row: Row, userID: UUID) throws(DatabaseError) {
        self.userID = userID
        email = try row.decode("email")
        displayName = try row.decode("display_name")
        role = try row.decode("role")
        hasSecondFactor = try row.decode("has_second_factor")
    }
}

/// A session that lives, and what its client is to have of it: all that an answer with tokens needs.
struct SignedIn: Sendable {
    let person: SignedInPerson
    let sessionID: UUID
    let level: AuthenticationLevel
    let authenticatedAt: Timestamp
    /// When the session ends, however much it is used.
    let expiresAt: Timestamp
    let client: SessionClient
    /// Nil where the client keeps the one that it has.
    let refreshToken: String?
    /// Nil where the client keeps the one that it has.
    let device: DeviceToken?
}

/// What an access token allows, and for how long.
enum TokenGrant {
    /// `scope`: an administrator is one only after two factors.
    static func scope(role: String, level: AuthenticationLevel) -> String {
        let everybody = "profile:read profile:write comics:read"
        switch role {
        case "creator", "moderator": return everybody + " comics:write"
        case "admin" where level == .two: return everybody + " comics:write admin"
        default: return everybody
        }
    }

    /// In seconds.
    static func lifetimeSeconds(role: String) -> Int64 {
        role == "admin" ? 300 : 600
    }
}
