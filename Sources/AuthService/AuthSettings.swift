package import LambdaRuntime
package import ServiceKit

/// What the deployment decides.
package struct AuthSettings: Sendable {
    /// `iss` of every token: a URL without a slash at its end, byte for byte what the authorizer compares.
    package let issuer: String
    /// `aud` of every token.
    package let audience: String
    /// The `Origin` values that browsers may call from, for instance `https://nerdwork.example`.
    package let origins: [String]
    /// Where stolen passwords are asked for (`BreachedPasswords`); nil asks nobody.
    package let breachedPasswordsURL: String?

    package init(issuer: String, audience: String, origins: [String], breachedPasswordsURL: String? = nil) {
        self.issuer = issuer
        self.audience = audience
        self.origins = origins
        self.breachedPasswordsURL = breachedPasswordsURL
    }

    /// Reads `TOKEN_ISSUER`, `TOKEN_AUDIENCE`, `ALLOWED_ORIGINS` (separated by commas) and `BREACHED_PASSWORDS_URL`, which
    /// may be missing.
    ///
    /// - Throws: `InitializationError` naming the variable that is missing.
    package init(_ environment: Environment) throws(InitializationError) {
        issuer = try environment.required("TOKEN_ISSUER")
        audience = try environment.required("TOKEN_AUDIENCE")
        origins = try environment.required("ALLOWED_ORIGINS").utf8.split(separator: 0x2C).map { String(Substring($0)) }
        breachedPasswordsURL = environment.optional("BREACHED_PASSWORDS_URL")
    }
}
