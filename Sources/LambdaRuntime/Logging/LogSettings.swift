internal import Logging

/// What is logged, and in which form: Lambda's own settings.
struct LogSettings: Sendable, Equatable {
    enum Format: Sendable, Equatable {
        case json
        case text
    }

    var level: Logger.Level
    var format: Format
    var functionName: String?

    /// Reads `AWS_LAMBDA_LOG_LEVEL` (INFO where it is absent or unknown) and `AWS_LAMBDA_LOG_FORMAT` (JSON likewise).
    init(variable: (String) -> String?) {
        level = variable("AWS_LAMBDA_LOG_LEVEL").flatMap { Self.level($0.uppercased()) } ?? .info
        format = variable("AWS_LAMBDA_LOG_FORMAT")?.uppercased() == "TEXT" ? .text : .json
        functionName = variable("AWS_LAMBDA_FUNCTION_NAME")
    }

    private static func level(_ name: String) -> Logger.Level? {
        switch name {
        case "TRACE": .trace
        case "DEBUG": .debug
        case "INFO": .info
        case "WARN": .warning
        case "ERROR": .error
        case "FATAL": .critical
        default: nil
        }
    }
}

extension Logger.Level {
    /// The name that Lambda knows; it has no `notice`.
    var lambdaName: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }
}
