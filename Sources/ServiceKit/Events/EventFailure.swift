import Codecs
import LambdaEvents
import LambdaRuntime
import Platform
import StrictJSON

/// The function errors of events that cannot be handled (docs/error-codes.md).
enum EventFailure {
    static let unknown = FunctionError(type: "Function.UnknownEvent", message: "no handler takes this event")

    static func malformed(_ error: JSONError) -> FunctionError {
        FunctionError(type: "Function.MalformedEvent", message: error.description)
    }

    static func unreadable(_ error: EventDetailError) -> FunctionError {
        switch error {
        case .malformed(let error): malformed(error)
        case .unsupportedVersion:
            FunctionError(type: "Function.UnsupportedVersion", message: "no handler reads this version of the detail")
        }
    }
}

/// The wall clock, for schedules that were asked for by hand.
enum EventClock {
    static func now() -> Timestamp { SystemClock.now() }
}
