internal import PostgresClient

/// What provisioning needs from the environment: where the database is, and where the passwords are.
///
/// Printing it never shows a password.
package struct ProvisionSettings: Sendable {
    /// A role that shall be able to log in.
    struct Login: Sendable {
        let role: ServiceRole
        let password: Password
    }

    enum Password: Sendable {
        case text(String)
        /// Read when it is needed: the variable would go on holding what the secret had at the last deployment.
        case secret(id: String)
    }

    /// The longest password, in bytes; what libpq and the server take is far longer.
    package static let maximumPasswordBytes = 1_024

    /// Without a password where `ownerSecret` has it.
    let database: ConnectionConfiguration
    /// The secret with the login of the database's owner; nil where that is in `database`.
    let ownerSecret: OwnerSecret?
    /// In the order of `ServiceRole`; a role without a password is left as it is.
    let logins: [Login]
    /// The secret that CloudFront shows the functions; nil where there is no front door.
    let originSecret: String?
    /// Nil where the deployment has no auth service.
    let keys: KeySettings?
    let accountModes: AccountModeSettings

    struct OwnerSecret: Sendable {
        let id: String
        /// Counts before the secret's `username`; nil for that.
        let user: String?
    }

    /// Reads the `PG*` variables, `DATABASE_SECRET_ARN`, each role's variables, `ORIGIN_SECRET_ARN`,
    /// `LEDGER_ACCOUNT_MODES` and those of `KeySettings`; an empty one counts as not set.
    ///
    /// Throws `DatabaseError` (`.configuration`) and `ProvisionError`, naming the variable and never showing its value.
    package init(environment: (String) -> String?) throws {
        func variable(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        keys = try KeySettings(environment: environment)
        accountModes = try AccountModeSettings(environment: environment)
        originSecret = variable("ORIGIN_SECRET_ARN")
        ownerSecret = variable("DATABASE_SECRET_ARN").map { OwnerSecret(id: $0, user: variable("PGUSER")) }
        database = try ConnectionConfiguration(
            environment: environment, defaultUser: ownerSecret == nil ? nil : "the-secret's-user")
        var logins: [Login] = []
        for role in ServiceRole.allCases {
            guard
                let password = try Self.password(
                    variable(role.passwordVariable), secret: variable(role.secretVariable), of: role)
            else { continue }
            logins.append(Login(role: role, password: password))
        }
        self.logins = logins
    }

    private static func password(
        _ text: String?, secret: String?, of role: ServiceRole
    ) throws -> Password? {
        guard let text else { return secret.map { .secret(id: $0) } }
        guard secret == nil else {
            throw ProvisionError.variable(role.passwordVariable, "must not be set with \(role.secretVariable)")
        }
        guard text.utf8.count <= maximumPasswordBytes else {
            throw DatabaseError(
                .configuration, "\(role.passwordVariable) is longer than \(maximumPasswordBytes) bytes")
        }
        return .text(text)
    }

    /// Every text of the variables that must never leave the process.
    var secrets: [String] {
        let passwords = logins.compactMap { login in
            if case .text(let text) = login.password { text } else { nil }
        }
        return ([database.password].compactMap(\.self) + passwords).filter { !$0.isEmpty }
    }
}

extension ProvisionSettings: CustomStringConvertible, CustomReflectable {
    package var description: String {
        "\(database), logins of \(logins.map(\.role.rawValue).joined(separator: ", "))"
    }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
