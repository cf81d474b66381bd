internal import PostgresClient

/// What provisioning needs from the environment: where the database is, and the passwords of the service roles.
///
/// Printing it never shows a password.
package struct ProvisionSettings: Sendable {
    /// A role that shall be able to log in with this password.
    struct Login: Sendable {
        let role: ServiceRole
        let password: String
    }

    /// The longest password, in bytes; what libpq and the server take is far longer.
    package static let maximumPasswordBytes = 1_024

    let database: ConnectionConfiguration
    /// In the order of `ServiceRole`; a role without a password is left as it is.
    let logins: [Login]
    /// Nil where the deployment has no auth service.
    let keys: KeySettings?
    let accountModes: AccountModeSettings

    /// Reads the `PG*` variables, each role's password variable, `LEDGER_ACCOUNT_MODES` and those of `KeySettings`; an
    /// empty password counts as not set.
    ///
    /// Throws `DatabaseError` (`.configuration`) and `ProvisionError`, naming the variable and never showing its value.
    package init(environment: (String) -> String?) throws {
        keys = try KeySettings(environment: environment)
        accountModes = try AccountModeSettings(environment: environment)
        database = try ConnectionConfiguration(environment: environment)
        var logins: [Login] = []
        for role in ServiceRole.allCases {
            guard let password = environment(role.passwordVariable), !password.isEmpty else { continue }
            guard password.utf8.count <= Self.maximumPasswordBytes else {
                throw DatabaseError(
                    .configuration, "\(role.passwordVariable) is longer than \(Self.maximumPasswordBytes) bytes")
            }
            logins.append(Login(role: role, password: password))
        }
        self.logins = logins
    }

    /// Every text that must never leave the process.
    var secrets: [String] {
        ([database.password].compactMap(\.self) + logins.map(\.password)).filter { !$0.isEmpty }
    }
}

extension ProvisionSettings: CustomStringConvertible, CustomReflectable {
    package var description: String {
        "\(database), logins of \(logins.map(\.role.rawValue).joined(separator: ", "))"
    }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
