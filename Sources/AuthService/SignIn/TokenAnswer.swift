import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import ServiceKit
import StrictJSON

extension AuthService {
    /// 200 with an access token, and the refresh and device tokens where there are new ones: for a browser in cookies,
    /// for an application in the body.
    ///
    /// Throws `AuthKeyError` and `CryptographyError`.
    func signedInResponse(_ signedIn: SignedIn, keys: AuthKeySnapshot) throws -> APIResponse {
        let token = try accessToken(for: signedIn)
        let text = try token.signed(by: keys.signingKey, kid: keys.kid)
        var response = APIResponse.json { writer in
            writer.member("status", "ok")
            writer.member("access_token", text)
            writer.member("token_type", "Bearer")
            writer.member("expires_in", (token.expiresAt.millisecondsSince1970 - now().millisecondsSince1970) / 1_000)
            writer.member("scope", token.scope)
            if signedIn.client == .native {
                writer.optional("refresh_token", signedIn.refreshToken)
                writer.optional("device_token", signedIn.device?.text)
            }
            writer.session(signedIn)
            writer.person(signedIn.person)
        }
        if signedIn.client == .web { addCookies(of: signedIn, to: &response) }
        return response
    }

    private func accessToken(for signedIn: SignedIn) throws -> AccessToken {
        let moment = now()
        let lifetime = TokenGrant.lifetimeSeconds(role: signedIn.person.role) * 1_000
        return AccessToken(
            issuer: settings.issuer, audience: settings.audience, userID: signedIn.person.userID,
            clientID: "nerdwork-\(signedIn.client.rawValue)", tokenID: try RandomIdentifier.make(at: moment),
            sessionID: signedIn.sessionID,
            // The gateway wants a moment that has passed, and its clock may be behind ours.
            issuedAt: moment.advanced(byMilliseconds: -2_000),
            expiresAt: min(moment.advanced(byMilliseconds: lifetime), signedIn.expiresAt),
            authenticatedAt: signedIn.authenticatedAt,
            scope: TokenGrant.scope(role: signedIn.person.role, level: signedIn.level), role: signedIn.person.role,
            level: signedIn.level)
    }

    private func addCookies(of signedIn: SignedIn, to response: inout APIResponse) {
        if let token = signedIn.refreshToken {
            let left = (signedIn.expiresAt.millisecondsSince1970 - now().millisecondsSince1970) / 1_000
            response.cookies.append(SetCookie(name: RefreshToken.cookie, value: token, maximumAge: left).text)
        }
        if let device = signedIn.device {
            response.cookies.append(
                SetCookie(name: DeviceToken.cookie, value: device.text, maximumAge: DeviceToken.lifetimeSeconds).text)
        }
    }
}

extension RefreshToken {
    static let cookie = "__Host-nw_rt"
}

extension JSONObjectWriter {
    fileprivate mutating func session(_ signedIn: SignedIn) {
        member("session") { session in
            session.member("id", signedIn.sessionID.description)
            session.member("acr", signedIn.level.rawValue)
            session.member("expires_at", RFC3339.format(signedIn.expiresAt))
        }
    }

    fileprivate mutating func person(_ person: SignedInPerson) {
        member("user") { user in
            user.member("id", person.userID.description)
            user.member("email", person.email)
            user.member("display_name", person.displayName)
            user.member("role", person.role)
            // An account exists only once its address is verified.
            user.member("email_verified", true)
            user.member("mfa", person.hasSecondFactor)
        }
    }
}
