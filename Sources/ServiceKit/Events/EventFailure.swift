import LambdaEvents
import LambdaRuntime
import Logging
import PostgresClient
import StrictJSON

/// The function errors of events that cannot be handled (docs/error-codes.md).
enum EventFailure {
    static let unknown = FunctionError(type: "Function.UnknownEvent", message: "no handler takes this event")

    /// Who reads an ordered queue must stop at its first failure, which no handler here does.
    static let orderedQueue = FunctionError(
        type: "Function.UnknownEvent", message: "no handler takes messages of a FIFO queue")

    /// What is reported for anything that reading or handling an event throws.
    static func reported(_ error: any Error, _ logger: Logger) -> FunctionError {
        switch error {
        case let error as JSONError: malformed(error)
        case let error as EventDetailError: unreadable(error)
        case let error as DatabaseError: database(error, logger)
        default: FunctionError(reporting: error)
        }
    }

    static func malformed(_ error: JSONError) -> FunctionError {
        FunctionError(type: "Function.MalformedEvent", message: error.description)
    }

    /// The database's own words are in the log; they hold no values (`DatabaseError`).
    static func database(_ error: DatabaseError, _ logger: Logger) -> FunctionError {
        logger.error("database error", metadata: ["error": "\(error)"])
        if error.code == .deadline {
            return FunctionError(type: "Function.DeadlineExceeded", message: "the database did not answer in time")
        }
        return error.isPassing
            ? FunctionError(type: "Function.DatabaseUnavailable", message: "the database cannot be used at the moment")
            : FunctionError(type: "Function.DatabaseError", message: error.description)
    }

    static func unreadable(_ error: EventDetailError) -> FunctionError {
        switch error {
        case .malformed(let error): malformed(error)
        case .unsupportedVersion:
            FunctionError(type: "Function.UnsupportedVersion", message: "no handler reads this version of the detail")
        }
    }
}
