import LambdaEvents

extension Problem {
    /// The same 401 for every token that is not right (RFC 6750, section 3.1).
    package static let invalidToken = Problem(
        status: 401, code: "unauthenticated", headers: ["www-authenticate": #"Bearer error="invalid_token""#])
}
