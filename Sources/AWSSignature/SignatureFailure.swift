/// Why a request's signature is refused.
package enum SignatureFailure: String, Error, Sendable {
    /// Neither an `Authorization` field nor a signed query.
    case missing
    /// The signature's own parts cannot be read, contradict each other, or leave out what must be signed.
    case malformed
    /// Nobody has this access key.
    case unknownKey
    /// The session token is not the key's, or there is none where there must be one.
    case wrongToken
    /// Signed for another region, service or day.
    case wrongScope
    /// Signed too long ago, or in the future.
    case expired
    /// The signature is of another request or with another secret.
    case mismatch

    /// What AWS's JSON services call it.
    package var code: String {
        switch self {
        case .missing: "MissingAuthenticationTokenException"
        case .malformed: "IncompleteSignatureException"
        case .unknownKey, .wrongToken: "UnrecognizedClientException"
        case .wrongScope, .expired, .mismatch: "InvalidSignatureException"
        }
    }

    /// One sentence for the caller; holds nothing of the request.
    package var message: String {
        switch self {
        case .missing: "the request is not signed"
        case .malformed: "the signature's parts cannot be read or leave out what must be signed"
        case .unknownKey: "the access key is not known"
        case .wrongToken: "the session token is not the access key's"
        case .wrongScope: "the signature is for another region, service or day"
        case .expired: "the signature has expired or is not yet valid"
        case .mismatch: "the signature does not match the request"
        }
    }
}
