import Codecs
import ServiceKit

/// What must not be done by somebody who merely holds a token: whoever asks for it has just proved who they are.
enum StepUp {
    /// How long a proof counts (OWASP ASVS 5.0, 7.5.1), in milliseconds.
    static let maximumAge: Int64 = 5 * 60_000

    /// 403 unless the token tells of an authentication within `maximumAge`.
    ///
    /// The token counts and not the session, so that an old token stays what it was when its owner proves themselves.
    static func require(authenticatedAt: Timestamp, now: Timestamp) throws(Problem) {
        guard authenticatedAt.advanced(byMilliseconds: maximumAge) >= now else { throw .stepUpRequired }
    }
}

extension Problem {
    /// The caller must prove who they are (`POST /auth/reauthenticate`) and try again with the new token.
    static let stepUpRequired = Problem(
        status: 403, code: "step_up_required", detail: "Prove once more who you are, then try again.")
    /// The session was not authenticated with a second factor.
    static let insufficientAAL = Problem(
        status: 403, code: "insufficient_aal", detail: "This needs a sign-in with the second factor.")
    /// What was asked for is not possible as things are.
    static let conflict = Problem(status: 409, code: "conflict")
}
