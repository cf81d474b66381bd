internal import Migrations
internal import PostgresClient

/// The same work as a command: `provision migrate`, with the database in the `PG*` variables.
package enum ProvisionCommand {
    /// How it ended, as in sysexits.h.
    package enum Status: Int32, Sendable {
        case done = 0
        /// Wrong arguments (`EX_USAGE`).
        case usage = 64
        /// The database cannot be reached (`EX_UNAVAILABLE`).
        case unavailable = 69
        /// A migration or a statement failed (`EX_SOFTWARE`).
        case failed = 70
        /// A variable is missing or wrong (`EX_CONFIG`).
        case configuration = 78
    }

    /// What a person who called it wrongly needs to know.
    package static let usage = """
        usage: 'provision migrate', with PGHOST, PGDATABASE and PGUSER (and PGPORT, PGPASSWORD, PGSSLMODE) naming the \
        database; without an argument it runs in AWS Lambda only.
        """

    /// Runs it.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - say: takes one line of what was done.
    ///   - complain: takes one sentence about what is wrong.
    package static func run(
        arguments: [String], environment: (String) -> String?, say: (String) -> Void, complain: (String) -> Void,
        provision: (ProvisionSettings) throws -> ProvisionReport = { try Provisioner.run($0) }
    ) -> Status {
        guard arguments == ["migrate"] else {
            complain(usage)
            return .usage
        }
        var secrets: [String] = []
        do {
            let settings = try ProvisionSettings(environment: environment)
            secrets = settings.secrets
            try provision(settings).lines.forEach(say)
            return .done
        } catch {
            complain("provision: \(FailureReason.text(for: error, hiding: secrets))")
            return status(for: error)
        }
    }

    private static func status(for error: any Error) -> Status {
        guard let error = error as? DatabaseError else { return .failed }
        return switch error.code {
        case .configuration: .configuration
        case .connection, .authentication, .unavailable, .deadline: .unavailable
        case .server, .decoding, .protocol, .usage: .failed
        }
    }
}
