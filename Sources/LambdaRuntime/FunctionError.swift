/// A failure that a handler reports to Lambda: the caller sees type and message.
///
/// The message is shown and logged: no secrets, tokens or e-mail addresses.
package struct FunctionError: Error, Equatable {
    /// `Function.` or `Runtime.`, then letters that begin with a capital: what Lambda accepts for its own metrics.
    package let type: String
    package let message: String

    /// Makes a failure; a type that Lambda would not accept becomes `Function.HandlerError`.
    package init(type: String, message: String) {
        self.type = ErrorType.isValid(type) ? type : ErrorType.handlerError
        self.message = message
    }

    /// What is reported for any error that a handler throws.
    ///
    /// An error that is not ours may hold anything in its description, so that only the name of its type is told.
    package init(reporting error: any Error) {
        switch error {
        case let error as FunctionError: self = error
        case let error as InitializationError: self.init(type: error.type, message: error.message)
        default:
            self.init(
                type: ErrorType.handlerError, message: "the handler threw \(String(reflecting: Swift.type(of: error)))")
        }
    }
}

/// A reason why a function cannot start: wrong or missing configuration.
package struct InitializationError: Error, Equatable {
    /// As in `FunctionError`; `Function.ConfigurationError` mostly.
    package let type: String
    package let message: String

    package init(type: String = "Function.ConfigurationError", message: String) {
        self.type = ErrorType.isValid(type) ? type : ErrorType.handlerError
        self.message = message
    }
}

/// The names of errors that Lambda takes in `Lambda-Runtime-Function-Error-Type`.
enum ErrorType {
    static let handlerError = "Function.HandlerError"
    static let responseTooLarge = "Function.ResponseSizeTooLarge"
    static let unreadableContext = "Runtime.LambdaContextUnmarshalError"

    /// Whether it matches `(Runtime|Function)\.[A-Z][a-zA-Z]+`; Lambda replaces any other by `Runtime.Unknown`.
    static func isValid(_ type: String) -> Bool {
        let bytes = Array(type.utf8)
        guard let prefix = ["Runtime.", "Function."].first(where: { type.hasPrefix($0) }) else { return false }
        let name = bytes.dropFirst(prefix.utf8.count)
        guard name.count >= 2, let first = name.first, (0x41...0x5A).contains(first) else { return false }
        return name.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    }
}
