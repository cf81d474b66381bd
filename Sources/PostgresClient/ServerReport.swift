internal import CPostgres

/// Turns what the server says about a failed statement into a `DatabaseError` (protocol 3.0, section 55.8).
enum ServerReport {
    // The one-letter field codes of postgres_ext.h are macros that Swift does not import.
    private static func field(_ letter: Character, of result: ResultHandle) -> String? {
        result.errorField(Int32(letter.asciiValue ?? 0))
    }

    /// True when the server itself reported the error and ended the session.
    static func endedSession(_ result: ResultHandle) -> Bool {
        let severity = field("V", of: result)
        return field("C", of: result) != nil && (severity == "FATAL" || severity == "PANIC")
    }

    /// The error is libpq's own: the server said nothing.
    static func isLoss(_ result: ResultHandle) -> Bool {
        result.status == PGRES_FATAL_ERROR && field("C", of: result) == nil
    }

    static func error(from result: ResultHandle, limited: Bool) -> DatabaseError {
        guard let state = field("C", of: result) else {
            return DatabaseError(.connection, "the connection to the server was lost")
        }
        let primary = field("M", of: result) ?? "no message"
        var error = DatabaseError(code(for: state, limited: limited), safe(primary, state), sqlState: state)
        error.constraint = field("n", of: result)
        error.table = field("t", of: result)
        error.column = field("c", of: result)
        error.sensitiveDetail = ["M", "D", "H", "W"].compactMap { field($0, of: result) }.joined(separator: "\n")
        error.statementIsStale =
            state == "26000" || (state == "0A000" && field("R", of: result) == "RevalidateCachedQuery")
        return error
    }

    /// Class 22 (data exception) quotes what could not be read: `invalid input syntax for type uuid: "…"`.
    private static func safe(_ message: String, _ state: String) -> String {
        state.hasPrefix("22") ? "a value does not fit its type or range" : message
    }

    static func code(for state: String, limited: Bool) -> DatabaseError.Code {
        switch state {
        case "57014": limited ? .deadline : .server
        case "57P03": .unavailable
        case "57P01", "57P02", "57P04", "57P05", "25P03": .connection
        case "08P01": .protocol
        case let other where other.hasPrefix("08"): .connection
        case let other where other.hasPrefix("28"): .authentication
        case let other where other.hasPrefix("53"): .unavailable
        default: .server
        }
    }
}
