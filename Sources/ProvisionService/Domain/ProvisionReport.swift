package import StrictJSON

/// What one run found and did.
package struct ProvisionReport: Sendable {
    /// A migration that this run applied.
    package struct Applied: Sendable, Equatable {
        package let number: Int32
        package let name: String
    }

    /// A role that can log in now.
    package struct Login: Sendable, Equatable {
        package let role: ServiceRole
        /// False where the role could log in with its password already.
        package let isChanged: Bool
    }

    package let applied: [Applied]
    /// The database's migration after the run.
    package let version: Int32
    package let logins: [Login]

    /// One sentence for each thing done, for people.
    package var lines: [String] {
        let migrations = applied.map { "applied migration \($0.number) (\($0.name))" }
        let nothing = applied.isEmpty ? ["nothing to apply: the database is at migration \(version)"] : []
        let roles = logins.map { login in
            login.isChanged ? "\(login.role.rawValue) can log in now" : "\(login.role.rawValue) could log in already"
        }
        return migrations + nothing + roles
    }

    /// The same for programs.
    ///
    /// `{"version":6,"applied":[{"number":1,"name":"roles"}],"logins":[{"role":"nerdwork_loyalty","changed":true}]}`
    package var json: JSONWriter {
        JSONWriter.object {
            $0.member("version", version)
            $0.array("applied") { array in
                for migration in applied {
                    array.object {
                        $0.member("number", migration.number)
                        $0.member("name", migration.name)
                    }
                }
            }
            $0.array("logins") { array in
                for login in logins {
                    array.object {
                        $0.member("role", login.role.rawValue)
                        $0.member("changed", login.isChanged)
                    }
                }
            }
        }
    }
}
