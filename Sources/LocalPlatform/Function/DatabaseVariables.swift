/// The variables that tell a function where its database is.
package struct DatabaseVariables: Sendable {
    /// The `PG*` variables.
    package let values: [String: String]
    /// Whether the template's way to the password (`DATABASE_SECRET_ARN`, `DATABASE_AUTH`) is the function's too.
    ///
    /// Not where the database is one that the caller names: it has a password of its own.
    package let keepsLogin: Bool

    package init(_ values: [String: String], keepsLogin: Bool = false) {
        self.values = values
        self.keepsLogin = keepsLogin
    }

    func replaces(_ name: String) -> Bool {
        name.hasPrefix("PG") || !keepsLogin && name.hasPrefix("DATABASE_")
    }
}
