internal import Codecs
package import Cryptography
internal import StrictJSON

extension AccessToken {
    /// The signed token, which a request carries behind `Bearer`.
    ///
    /// - Parameter kid: under which the key's public half is published.
    /// - Throws: `.libraryFailure`.
    package func signed(by key: RSAPrivateKey, kid: String) throws(CryptographyError) -> String {
        let header = JSONWriter.object { writer in
            writer.member("alg", "RS256")
            writer.member("kid", kid)
            writer.member("typ", AccessTokenVerifier.type)
        }
        return try CompactSignature.text(header: header.bytes, payload: claims.bytes, key: key)
    }

    private var claims: JSONWriter {
        JSONWriter.object(reserving: 768) { writer in
            writer.member("iss", issuer)
            writer.member("aud", audience)
            writer.member("sub", userID.description)
            writer.member("client_id", clientID)
            writer.member("jti", tokenID.description)
            writer.member("iat", issuedAt.secondsSince1970)
            writer.member("exp", expiresAt.secondsSince1970)
            writer.member("sid", sessionID.description)
            writer.member("scope", scope)
            writer.member("role", role)
            writer.member("acr", level.rawValue)
            writer.member("auth_time", authenticatedAt.secondsSince1970)
        }
    }
}
