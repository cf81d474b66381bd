/// What went wrong with the database: a code to act on, a message to read.
///
/// `description` is safe to log: it never holds a parameter's value, a row's content or a password.
package struct DatabaseError: Error, Sendable {
    /// What to do about it.
    package enum Code: String, Sendable {
        /// A setting is missing or malformed.
        case configuration
        /// No connection, or the connection was lost.
        case connection
        /// The server refused the credentials (28xxx); after a rotation, fetch them again.
        case authentication
        /// The server lives but has no room now: too many connections, starting up, out of resources (53xxx, 57P03).
        case unavailable
        /// The time limit was reached.
        case deadline
        /// The server refused a statement; `sqlState` says why.
        case server
        /// A result does not have the form that the program expects.
        case decoding
        /// The peer does not speak the protocol as expected.
        case `protocol`
        /// The program used the client wrongly.
        case usage
    }

    /// What became of the work that was under way.
    package enum Outcome: String, Sendable {
        /// Nothing of the transaction took effect.
        case notApplied
        /// The connection ended while a commit was under way: it may or may not have taken effect.
        case unknown
    }

    package let code: Code
    /// The server's five-character code (PostgreSQL manual, appendix A).
    package internal(set) var sqlState: String?
    /// The violated constraint, where the server names one.
    package internal(set) var constraint: String?
    package internal(set) var table: String?
    package internal(set) var column: String?
    /// The server's primary message, or a generic one where that may quote input (class 22).
    package let message: String
    package internal(set) var outcome: Outcome = .notApplied
    /// Everything the server said, quoted input included.
    ///
    /// For a debugger; never log it.
    package internal(set) var sensitiveDetail: String?
    /// A prepared statement is gone or outdated: preparing it again is the remedy.
    var statementIsStale = false

    package init(_ code: Code, _ message: String, sqlState: String? = nil, column: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.column = column
    }

    /// The same work may succeed when tried again: serialization failure, deadlock, lock not available.
    package var isTransient: Bool {
        sqlState == "40001" || sqlState == "40P01" || sqlState == "55P03"
    }
}

extension DatabaseError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        var text = "\(code.rawValue)"
        if let sqlState { text += " \(sqlState)" }
        text += ": \(message)"
        if let constraint { text += " [constraint \(constraint)]" }
        if outcome == .unknown { text += " [outcome unknown]" }
        return text
    }

    package var debugDescription: String { description }

    /// Without `sensitiveDetail`, so that `dump` and test output cannot print it.
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
