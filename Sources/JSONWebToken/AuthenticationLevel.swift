/// How surely somebody was recognised when the session began (`acr`).
package enum AuthenticationLevel: String, Comparable, Sendable {
    /// One factor.
    case one = "aal1"
    /// Two factors.
    case two = "aal2"

    package static func < (left: AuthenticationLevel, right: AuthenticationLevel) -> Bool {
        left == .one && right == .two
    }
}
