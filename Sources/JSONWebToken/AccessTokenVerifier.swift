package import Codecs

/// Decides whether a text is an access token of our issuer for this audience, now.
///
/// The order is fixed: the form, the header, the key that `kid` names, the signature, then the claims. No input causes
/// anything but computing, and nothing in the token names a key, an algorithm or a place to fetch them from.
package struct AccessTokenVerifier: Sendable {
    /// `typ` of every access token (RFC 9068, section 2.1), so that no other token passes for one.
    package static let type = "at+jwt"
    /// How far `iat` and `nbf` may lie in the future, for clocks that differ.
    ///
    /// FAPI 2.0 asks for at least 10 seconds to be
    /// accepted and 60 seconds to be refused; exactly 30 are accepted.
    package static let clockToleranceMilliseconds: Int64 = 30_000

    private let issuer: String
    private let audience: String
    private let graceMilliseconds: Int64

    /// - Parameters:
    ///   - issuer: what `iss` must be, byte for byte
    ///   - audience: what `aud` must be, byte for byte
    ///   - graceSeconds: how long after `exp` a token still passes. 0 where nobody has checked it before; 5 behind a
    ///     gateway that did, so that a token which was good there does not turn bad on its way.
    package init(issuer: String, audience: String, graceSeconds: Int = 0) {
        self.issuer = issuer
        self.audience = audience
        graceMilliseconds = Int64(min(max(graceSeconds, 0), 5)) * 1000
    }

    /// What the token says, once everything about it was found right.
    ///
    /// Throws `TokenError`, whose case tells what was wrong.
    package func verify(_ text: [UInt8], keys: JSONWebKeySet, now: Timestamp) throws(TokenError) -> AccessToken {
        let signature = try CompactSignature(text)
        guard signature.header.type?.elementsEqual(Self.type.utf8) == true else { throw .type }
        guard let kid = signature.header.kid, let key = keys.key(kid) else {
            throw .unknownKey
        }
        let payload = try signature.payload(verifiedBy: key.key)
        guard let claims = PlainObject.parse(payload) else { throw .claims }
        let token = try AccessToken(claims: claims)
        try check(token, notBefore: AccessToken.notBefore(claims: claims), now)
        return token
    }

    private func check(_ token: AccessToken, notBefore: Timestamp?, _ now: Timestamp) throws(TokenError) {
        guard token.issuer.utf8.elementsEqual(issuer.utf8) else { throw .issuer }
        guard token.audience.utf8.elementsEqual(audience.utf8) else { throw .audience }
        guard now < token.expiresAt.advanced(byMilliseconds: graceMilliseconds) else { throw .expired }
        let latest = now.advanced(byMilliseconds: Self.clockToleranceMilliseconds)
        guard token.issuedAt <= latest, notBefore.map({ $0 <= latest }) ?? true else { throw .notYetValid }
    }
}
