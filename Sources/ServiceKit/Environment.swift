package import LambdaRuntime

/// The environment variables, read in one place when the function starts.
///
/// What is missing or malformed is an initialisation error that names the variable and never shows its value.
package struct Environment {
    private let lookUp: (String) -> String?

    /// - Parameter lookUp: the variable's value, nil when it is not set; `{ runtime[$0] }` for the process's own.
    package init(_ lookUp: @escaping (String) -> String?) {
        self.lookUp = lookUp
    }

    /// The value as it is; an empty one counts as not set, because templates cannot leave a variable out.
    package func optional(_ name: String) -> String? {
        lookUp(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The value, which must be there.
    package func required(_ name: String) throws(InitializationError) -> String {
        guard let value = optional(name) else { throw Self.error(name, "is not set") }
        return value
    }

    /// A whole number in `range`; `fallback` when the variable is not set.
    package func integer(
        _ name: String, in range: ClosedRange<Int>, default fallback: Int? = nil
    ) throws(InitializationError) -> Int {
        guard let text = optional(name) else {
            guard let fallback else { throw Self.error(name, "is not set") }
            return fallback
        }
        guard let value = Int(text), range.contains(value) else {
            throw Self.error(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// One of these texts; `fallback` when the variable is not set.
    package func choice(
        _ name: String, of choices: [String], default fallback: String
    ) throws(InitializationError) -> String {
        guard let text = optional(name) else { return fallback }
        guard choices.contains(text) else {
            throw Self.error(name, "must be one of \(choices.joined(separator: ", "))")
        }
        return text
    }

    /// The error for a variable whose value only the caller can judge.
    package static func error(_ name: String, _ reason: String) -> InitializationError {
        InitializationError(type: "Function.ConfigurationError", message: "environment variable \(name) \(reason)")
    }
}
