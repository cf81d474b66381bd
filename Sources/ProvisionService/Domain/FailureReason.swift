internal import AWSClient
internal import AuthKeys
internal import Codecs
internal import LambdaRuntime
internal import Migrations
internal import PostgresClient
internal import StrictJSON

/// What may be told about a failure: to CloudFormation, to the caller, in the log.
enum FailureReason {
    /// CloudFormation takes 4096 bytes for the whole answer, in which a quotation mark takes two.
    static let maximumBytes = 800

    /// A sentence without secrets, at most `maximumBytes` long.
    ///
    /// An error that is not known to be safe shows only its type's name. The descriptions of the others are made
    /// without values; that they hold none of `secrets` is checked again here, because this text leaves the account's
    /// hands for CloudFormation's.
    static func text(for error: any Error, hiding secrets: [String] = []) -> String {
        let text = shortened(plain(error))
        guard !secrets.contains(where: { text.containsText($0) }) else {
            return "\(ProvisionError.withheld)"
        }
        return text
    }

    /// The same before it is shortened and looked through.
    static func plain(_ error: any Error) -> String {
        switch error {
        case let error as DatabaseError: error.code == .configuration ? error.message : "database: \(error)"
        case let error as MigrationError: "\(error)"
        case let error as ProvisionError: "\(error)"
        case let error as AuthKeyError: "\(error)"
        case let error as AWSError: "\(error)"
        case let error as FunctionError: error.message
        case let error as JSONError: "\(error)"
        default: "unexpected error \(String(reflecting: type(of: error)))"
        }
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > maximumBytes else { return text }
        var short = ""
        // The ellipsis takes three bytes, a scalar at most four.
        for scalar in text.unicodeScalars where short.utf8.count <= maximumBytes - 7 {
            short.unicodeScalars.append(scalar)
        }
        return short + "…"
    }
}
