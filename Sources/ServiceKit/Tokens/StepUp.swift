package import Codecs
import JSONWebToken

/// What a route may ask of its caller beyond a token that is right.
///
/// Only the token is looked at. Whoever acts for an administrator asks the database too, which knows whether the session
/// lives and what the account may do now.
extension CallerIdentity {
    /// How long a proof of who one is counts (OWASP ASVS 5.0, 7.5.1), in milliseconds.
    package static let longestProof: Int64 = 5 * 60_000

    /// Whether the token lets an administrator act as one: role, scope and second factor.
    package var isAdministrator: Bool {
        hasAdministratorsRole && acr == .two && allows(scope: "admin")
    }

    /// Throws 403 `insufficient_aal` for an administrator without the second factor, `forbidden` for whoever else may not
    /// act as an administrator.
    package func requireAdministrator() throws(Problem) {
        guard acr == .two || !hasAdministratorsRole else { throw .insufficientAAL }
        guard isAdministrator else { throw .forbidden }
    }

    /// Throws 403 `step_up_required` unless the caller has proved who they are within `longestProof`: for what must not be
    /// done by somebody who merely holds a token.
    ///
    /// The token counts and not the session, so that an old token stays what it was when its owner proves themselves.
    package func requireRecentProof(now: Timestamp) throws(Problem) {
        guard authenticatedAt.advanced(byMilliseconds: Self.longestProof) >= now else { throw .stepUpRequired }
    }

    private var hasAdministratorsRole: Bool { role.utf8.elementsEqual("admin".utf8) }
}
