package import Codecs

/// What an access token says (RFC 9068); every claim is a text or a number, because API Gateway turns all others into
/// texts of its own.
package struct AccessToken: Equatable, Sendable {
    /// `iss`.
    package let issuer: String
    /// `aud`, exactly one.
    package let audience: String
    /// `sub`: whose token it is.
    package let userID: UUID
    /// `client_id`: which application asked for it.
    package let clientID: String
    /// `jti`: names this token.
    package let tokenID: UUID
    /// `sid`: the session that it was issued for.
    package let sessionID: UUID
    /// `iat`, in whole seconds.
    package let issuedAt: Timestamp
    /// `exp`, in whole seconds: from then on it is not valid.
    package let expiresAt: Timestamp
    /// `auth_time`, in whole seconds: when the person last proved who they are.
    package let authenticatedAt: Timestamp
    /// `scope`: what it allows, separated by blanks.
    package let scope: String
    /// `role`: of the account.
    package let role: String
    /// `acr`.
    package let level: AuthenticationLevel

    package init(
        issuer: String, audience: String, userID: UUID, clientID: String, tokenID: UUID, sessionID: UUID,
        issuedAt: Timestamp, expiresAt: Timestamp, authenticatedAt: Timestamp, scope: String, role: String,
        level: AuthenticationLevel
    ) {
        self.issuer = issuer
        self.audience = audience
        self.userID = userID
        self.clientID = clientID
        self.tokenID = tokenID
        self.sessionID = sessionID
        self.issuedAt = issuedAt.inWholeSeconds
        self.expiresAt = expiresAt.inWholeSeconds
        self.authenticatedAt = authenticatedAt.inWholeSeconds
        self.scope = scope
        self.role = role
        self.level = level
    }
}

extension Timestamp {
    /// The second that the moment is in.
    var inWholeSeconds: Timestamp {
        Timestamp(millisecondsSince1970: secondsSince1970 * 1000)
    }

    /// Seconds since 1970, rounded down.
    var secondsSince1970: Int64 {
        let (quotient, remainder) = millisecondsSince1970.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
