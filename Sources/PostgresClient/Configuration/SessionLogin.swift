/// What a session logs in with, where that is not fixed: a password that rotates, a token that is soon worthless.
///
/// Printing it never shows the password.
package struct SessionLogin: Equatable, Sendable {
    /// nil for the configuration's.
    package var user: String?
    package var password: String

    package init(user: String? = nil, password: String) {
        self.user = user
        self.password = password
    }
}

/// What a source of logins is told.
package struct LoginRequest: Sendable {
    /// The server has refused the login that was given last: one that was kept is outdated.
    package let wasRefused: Bool
    /// How long the answer may take.
    package let milliseconds: Int64

    package init(wasRefused: Bool, milliseconds: Int64) {
        self.wasRefused = wasRefused
        self.milliseconds = milliseconds
    }
}

/// Gives the login for one new session.
///
/// Throws what the caller of the database gets to see.
package typealias LoginSource = (LoginRequest) throws(DatabaseError) -> SessionLogin

extension SessionLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SessionLogin(\(user ?? "the configuration's user"))" }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
