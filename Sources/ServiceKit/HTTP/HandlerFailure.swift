import LambdaRuntime
import Logging
package import PostgresClient
import StrictJSON

/// Turns what a route's handler threw into an answer; an HTTP request never ends as a function error.
enum HandlerFailure {
    static func problem(for error: any Error, _ logger: Logger) -> Problem {
        switch error {
        case let problem as Problem:
            return problem
        case let error as JSONError:
            return Problem(error)
        case let error as DatabaseError:
            // Its description holds no values (PostgresClient).
            logger.error("database error", metadata: ["error": "\(error)"])
            return error.isPassing ? .unavailable : .internalError
        case let error as FunctionError where error.type == "Function.DeadlineExceeded":
            return .unavailable
        default:
            // The name of the type only: a description could hold what came in with the request.
            logger.error("unexpected error", metadata: ["errorType": "\(type(of: error))"])
            return .internalError
        }
    }
}

extension DatabaseError {
    /// Whether the same request may well succeed a moment later: the database is not to be had now, or the time ran out,
    /// or others were in the way (`isTransient`).
    package var isPassing: Bool {
        switch code {
        case .connection, .authentication, .unavailable, .deadline: true
        default: isTransient
        }
    }
}
