import LambdaEvents

extension Problem {
    /// The same 401 for every token that is not right (RFC 6750, section 3.1).
    package static let invalidToken = Problem(
        status: 401, code: "unauthenticated", headers: ["www-authenticate": #"Bearer error="invalid_token""#])
    /// The session was not authenticated with a second factor.
    package static let insufficientAAL = Problem(
        status: 403, code: "insufficient_aal", detail: "This needs a sign-in with the second factor.")
    /// The caller must prove who they are (`POST /auth/reauthenticate`) and try again with the new token.
    package static let stepUpRequired = Problem(
        status: 403, code: "step_up_required", detail: "Prove once more who you are, then try again.")
}
