package import Codecs
package import JSONWebToken

/// Who calls, as an access token says that this function has verified itself.
///
/// What the gateway's authorizer claims about the caller is not looked at.
package struct CallerIdentity: Hashable, Sendable {
    /// `sub`.
    package let userID: UUID
    /// `sid`: the session, which may have ended since the token was issued.
    package let sessionID: UUID
    /// `jti`.
    package let tokenID: UUID
    /// `client_id`.
    package let clientID: String
    /// `role`, one for each account.
    package let role: String
    /// How surely the session's owner was recognised.
    package let acr: AuthenticationLevel
    /// When the session's owner last proved who they are.
    package let authenticatedAt: Timestamp
    /// What the token allows (`scope`, RFC 8693, section 4.2).
    package var scopes: [String] { scope.utf8.split(separator: 0x20).map { String(Substring($0)) } }
    private let scope: String

    package init(_ token: AccessToken) {
        userID = token.userID
        sessionID = token.sessionID
        tokenID = token.tokenID
        clientID = token.clientID
        role = token.role
        acr = token.level
        authenticatedAt = token.authenticatedAt
        scope = token.scope
    }

    /// 403 unless the token allows it.
    package func require(scope: String) throws(Problem) {
        guard allows(scope: scope) else { throw .forbidden }
    }

    /// Whether the token allows it.
    func allows(scope: String) -> Bool {
        scopes.contains { $0.utf8.elementsEqual(scope.utf8) }
    }
}
