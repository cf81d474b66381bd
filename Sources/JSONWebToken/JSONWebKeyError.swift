/// Why a key or a set of keys was refused.
package enum JSONWebKeyError: String, Error, Sendable {
    /// No JSON object with an array `keys`, or larger than a set may be.
    case malformed
    /// More keys than a set may have, or none.
    case count
    /// `kty`, `use`, `key_ops` or `alg` say that the key is not one for verifying `RS256`.
    case kind
    /// `kid` is missing or has another form.
    case kid
    /// Two keys have one `kid`.
    case duplicate
    /// A member that only a private or a shared key has.
    case secret
    /// `n` or `e` are missing, not canonical, too short, or known to be weak.
    case weak
}
