/// Why a request cannot be signed; says which part, never what is in it.
package enum SignatureError: Error, Equatable, Sendable {
    /// A part is longer than `SignableRequest.Limits` allows.
    case tooLong(RequestPart)
    /// A part has characters that it must not have, or is empty and must not be.
    case malformed(RequestPart)
}

/// The parts of a request that a signature covers, and what it is signed with.
package enum RequestPart: String, Sendable {
    case method
    case host
    case path
    case query
    case headers
    case payload
    case scope
    case credentials
    case lifetime
    case user
}
