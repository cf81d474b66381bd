/// Why a token was refused; for the log, never for the caller, who learns only that it was.
package enum TokenError: String, Error, Sendable {
    /// Not three parts of base64url without padding, or longer than a token may be.
    case malformed
    /// The header is no JSON object of plain ASCII, or lacks what it must have.
    case header
    /// `alg` is not the key's own.
    case algorithm
    /// `typ` says that this is another kind of token.
    case type
    /// `crit` names an extension (RFC 7515, section 4.1.11); this verifier knows none.
    case critical
    /// `kid` names no key of the set.
    case unknownKey
    /// The signature is not the key's.
    case signature
    /// The payload is no JSON object of plain ASCII, or a claim is missing or has another form.
    case claims
    /// `iss` is another.
    case issuer
    /// `aud` is not exactly the one audience.
    case audience
    /// `exp` has passed.
    case expired
    /// `iat` or `nbf` lies in the future.
    case notYetValid
    /// The library could not check the signature.
    case unavailable
}
