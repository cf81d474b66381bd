import AuthKeys
import Codecs
import Cryptography
import LambdaEvents
import ServiceKit
import StrictJSON

/// What the browser or application that signed up keeps, to show that it was the one.
///
/// HMAC-SHA256 of the sign-up's id: whoever repeats a request gets the same one again. Nothing of it is stored but its
/// digest.
struct BrowserToken: Sendable {
    static let cookie = "__Host-nw_su"

    /// 43 characters.
    let text: String
    /// SHA-256 of its bytes.
    let hash: [UInt8]

    /// Throws `.unknownKey` and `.cryptography`.
    init(signUp: UUID, keyID: Int16, roots: RootKeys) throws(AuthKeyError) {
        let key = try roots.key(for: .signUpCookie, id: keyID)
        self.init(bytes: HMAC.code(for: Array("browser".utf8) + signUp.bytes, key: key))
    }

    private init(bytes: [UInt8]) {
        text = Base64.encode(bytes, alphabet: .url)
        hash = SHA256.digest(bytes)
    }

    /// What the client shows: an application in the member `signup_token`, a browser in its cookie; nil for nothing, and
    /// for what cannot be one.
    ///
    /// - Throws: `Problem` 403 `csrf_rejected` for a cookie that a foreign page may have had sent.
    init?(_ request: APIRequest, member: JSONValue?, origins: [String]) throws {
        let text: String
        if let member, !member.isNull {
            text = try member.string(maximumBytes: 1_024)
        } else if let cookie = request.cookie(Self.cookie), !request.isNativeClient {
            try request.requireBrowserProtection(origins: origins)
            text = cookie
        } else {
            return nil
        }
        guard let bytes = Base64.decode(text.utf8, alphabet: .url), bytes.count == 32 else { return nil }
        self.init(bytes: bytes)
    }

    /// Hands it out.
    func give(to response: inout APIResponse) {
        response.cookies.append(
            SetCookie(name: Self.cookie, value: text, maximumAge: MailTokenLifetime.signUp / 1_000).text)
    }
}
