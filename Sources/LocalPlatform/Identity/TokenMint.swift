internal import AuthKeys
internal import Codecs
internal import Cryptography
internal import JSONWebToken
internal import LocalRuntimeAPI
internal import Platform

/// Signs access tokens with this machine's key.
struct TokenMint {
    let authorizer: TemplateAuthorizer
    let document: AuthKeyDocument

    /// Whom a token is for.
    struct Subject {
        var user: UUID
        var session: UUID
        var role = "reader"
        var level = AuthenticationLevel.one
    }

    /// What each role may do.
    static func scope(of role: String, _ level: AuthenticationLevel) -> String {
        var scopes = ["profile:read", "profile:write", "comics:read"]
        if role != "reader" { scopes.append("comics:write") }
        if role == "admin", level == .two { scopes.append("admin") }
        return scopes.joined(separator: " ")
    }

    /// A token that is good for ten minutes from now.
    func token(for subject: Subject) throws(LocalError) -> String {
        guard let active = document.active, let pkcs8 = active.privateKey else {
            throw LocalError(.data, "The secret with the signing keys holds none that signs.")
        }
        let now = SystemClock.now()
        let token = AccessToken(
            issuer: authorizer.issuer, audience: authorizer.audience, userID: subject.user, clientID: "invoke-local",
            tokenID: try Self.newID(), sessionID: subject.session, issuedAt: now.advanced(byMilliseconds: -2_000),
            expiresAt: now.advanced(byMilliseconds: 600_000), authenticatedAt: now.advanced(byMilliseconds: -2_000),
            scope: Self.scope(of: subject.role, subject.level), role: subject.role, level: subject.level)
        do throws(CryptographyError) {
            return try token.signed(by: try RSAPrivateKey(pkcs8: pkcs8), kid: active.kid)
        } catch {
            throw LocalError(.software, "The access token cannot be signed: \(error).")
        }
    }

    /// A random identifier.
    static func newID() throws(LocalError) -> UUID {
        guard let id = UUID(LocalInvocation.newRequestID()) else {
            throw LocalError(.software, "This machine gives no random bytes.")
        }
        return id
    }
}
