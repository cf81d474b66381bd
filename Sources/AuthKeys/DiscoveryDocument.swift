internal import StrictJSON

/// What the two well-known documents are named, say and allow; the auth function and the bucket give the same bytes.
package enum DiscoveryDocument {
    package static let configurationPath = "/.well-known/openid-configuration"
    package static let keysPath = "/.well-known/jwks.json"
    package static let contentType = "application/json"
    /// Far shorter than a key is published before it signs.
    package static let cacheControl = "public, max-age=600"

    /// The configuration (OpenID Connect Discovery 1.0, section 3).
    ///
    /// - Parameter issuer: byte for byte what stands in the tokens; a URL without a slash at its end.
    package static func configuration(issuer: String) -> [UInt8] {
        JSONWriter.object { object in
            object.member("issuer", issuer)
            object.member("jwks_uri", issuer + keysPath)
            object.member("authorization_endpoint", issuer + "/oauth/authorize")
            object.member("token_endpoint", issuer + "/auth/token/refresh")
            object.member("response_types_supported", ["code"])
            object.member("subject_types_supported", ["public"])
            object.member("id_token_signing_alg_values_supported", ["RS256"])
            object.member(
                "scopes_supported", ["profile:read", "profile:write", "comics:read", "comics:write", "admin"])
            object.member("claims_supported", ["sub", "iss", "aud", "exp", "iat", "sid", "acr"])
        }.bytes
    }
}
