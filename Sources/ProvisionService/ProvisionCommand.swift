internal import AWSClient
internal import PostgresClient

/// The same work as a command, with the database in the `PG*` variables.
package enum ProvisionCommand {
    /// How it ended, as in sysexits.h.
    package enum Status: Int32, Sendable {
        case done = 0
        /// Wrong arguments (`EX_USAGE`).
        case usage = 64
        /// The database or AWS cannot be reached (`EX_UNAVAILABLE`).
        case unavailable = 69
        /// A migration or a statement failed (`EX_SOFTWARE`).
        case failed = 70
        /// A variable is missing or wrong (`EX_CONFIG`).
        case configuration = 78
    }

    /// What a person who called it wrongly needs to know.
    package static let usage = """
        usage: 'provision migrate', 'rotate-keys', 'revoke-key <kid>' or 'rotate-root', with PGHOST, PGDATABASE and \
        PGUSER (and PGPORT, PGPASSWORD, PGSSLMODE) naming the database; without an argument it runs in AWS Lambda only.
        """

    /// Runs it.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - say: takes one line of what was done.
    ///   - complain: takes one sentence about what is wrong.
    ///   - provision: does the work; `Provisioner.run`.
    package static func run(
        arguments: [String], environment: (String) -> String?, say: (String) -> Void, complain: (String) -> Void,
        provision: (ProvisionSettings, ProvisionTask) throws -> ProvisionReport
    ) -> Status {
        guard let task = ProvisionTask(words: arguments) else {
            complain(usage)
            return .usage
        }
        var secrets: [String] = []
        do {
            let settings = try ProvisionSettings(environment: environment)
            secrets = settings.secrets
            try provision(settings, task).lines.forEach(say)
            return .done
        } catch {
            complain("provision: \(FailureReason.text(for: error, hiding: secrets))")
            return status(for: error)
        }
    }

    private static func status(for error: any Error) -> Status {
        switch error {
        case let error as DatabaseError: status(error.code)
        case let error as AWSError: status(error.code)
        case ProvisionError.variable: .configuration
        default: .failed
        }
    }

    private static func status(_ code: DatabaseError.Code) -> Status {
        switch code {
        case .configuration: .configuration
        case .connection, .authentication, .unavailable, .deadline: .unavailable
        case .server, .decoding, .protocol, .usage: .failed
        }
    }

    private static func status(_ code: AWSError.Code) -> Status {
        switch code {
        case .configuration: .configuration
        case .credentials, .throttled, .unavailable, .deadline: .unavailable
        case .rejected, .malformedAnswer: .failed
        }
    }
}
