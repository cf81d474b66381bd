import Codecs
import Cryptography
import JSONWebToken
import StrictJSON

/// Tokens of a key of our own, sound or with one thing changed and signed all the same.
struct TokenFixture {
    static let issuer = "https://auth.nerdwork.example"
    static let audience = "nerdwork-api"
    /// 2026-11-21, 12:00 UTC.
    static let now = Timestamp(millisecondsSince1970: 1_795_262_400_000)
    static let seconds = now.millisecondsSince1970 / 1000

    private static let made = Result { try RSAPrivateKey.generate() }

    let key: RSAPrivateKey
    let kid: String
    let keys: JSONWebKeySet
    let verifier = AccessTokenVerifier(issuer: issuer, audience: audience)

    init() throws {
        key = try Self.made.get()
        let published = JSONWebKey(key.publicKey)
        kid = published.kid
        keys = try JSONWebKeySet([published])
    }

    var token: AccessToken {
        AccessToken(
            issuer: Self.issuer, audience: Self.audience, userID: UUID(high: 1, low: 2), clientID: "web",
            tokenID: UUID(high: 3, low: 4), sessionID: UUID(high: 5, low: 6),
            issuedAt: Self.now.advanced(byMilliseconds: -2000), expiresAt: Self.now.advanced(byMilliseconds: 598_000),
            authenticatedAt: Self.now.advanced(byMilliseconds: -60_000), scope: "profile:read comics:read",
            role: "reader", level: .one)
    }

    var header: String { #"{"alg":"RS256","kid":"\#(kid)","typ":"at+jwt"}"# }

    /// Each claim with its value in JSON, so that a test can replace one.
    var claims: [(name: String, value: String)] {
        [
            ("iss", #""\#(Self.issuer)""#), ("aud", #""nerdwork-api""#),
            ("sub", #""00000000-0000-0001-0000-000000000002""#), ("client_id", #""web""#),
            ("jti", #""00000000-0000-0003-0000-000000000004""#), ("iat", "\(Self.seconds - 2)"),
            ("exp", "\(Self.seconds + 598)"), ("sid", #""00000000-0000-0005-0000-000000000006""#),
            ("scope", #""profile:read comics:read""#), ("role", #""reader""#), ("acr", #""aal1""#),
            ("auth_time", "\(Self.seconds - 60)"),
        ]
    }

    /// The claims as text; a nil value leaves the claim out, a name that is not ours is added.
    func payload(_ name: String? = nil, _ value: String? = nil) -> String {
        var members = claims.filter { $0.name != name }
        if let name, let value { members.append((name, value)) }
        return "{" + members.map { #""\#($0.name)":\#($0.value)"# }.joined(separator: ",") + "}"
    }

    /// A token with these texts, rightly signed.
    func signed(header: String? = nil, payload: String? = nil) throws -> [UInt8] {
        let header = Array((header ?? self.header).utf8)
        let payload = Array((payload ?? self.payload()).utf8)
        return Array(try CompactSignature.text(header: header, payload: payload, key: key).utf8)
    }

    /// Why the token is refused; nil where it is accepted.
    func refusal(
        _ token: [UInt8], at now: Timestamp = now, by verifier: AccessTokenVerifier? = nil, keys: JSONWebKeySet? = nil
    ) -> TokenError? {
        do throws(TokenError) {
            _ = try (verifier ?? self.verifier).verify(token, keys: keys ?? self.keys, now: now)
            return nil
        } catch {
            return error
        }
    }
}

/// The text in base64url.
func encoded(_ text: String) -> String {
    Base64.encode(Array(text.utf8), alphabet: .url)
}
