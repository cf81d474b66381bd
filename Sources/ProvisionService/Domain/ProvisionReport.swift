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

    /// One step of a secret's rotation.
    package struct Rotation: Sendable, Equatable {
        /// Which secret, without its ARN.
        package let name: String
        package let step: RotationRequest.Step
        /// False where nothing was left to do.
        package let isChanged: Bool

        package init(name: String, step: RotationRequest.Step, isChanged: Bool) {
            self.name = name
            self.step = step
            self.isChanged = isChanged
        }
    }

    package let applied: [Applied]
    /// The database's migration after the run; nil where the run was for keys or secrets alone.
    package let version: Int32?
    package let logins: [Login]
    /// Nil where the deployment has no auth service.
    package let keys: KeyReport?
    /// Nil where the run was for something else.
    package let rotation: Rotation?
    /// The version of the front door's secret that a stack is to give CloudFront; nil where it has no front door.
    package var originVersion: String?
    /// Whether CloudFront was not known to show that version; nil where the run was for something else.
    package let isShownChanged: Bool?

    package init(
        applied: [Applied] = [], version: Int32? = nil, logins: [Login] = [], keys: KeyReport? = nil,
        rotation: Rotation? = nil, originVersion: String? = nil, isShownChanged: Bool? = nil
    ) {
        self.originVersion = originVersion
        self.isShownChanged = isShownChanged
        self.applied = applied
        self.rotation = rotation
        self.version = version
        self.logins = logins
        self.keys = keys
    }

    /// One sentence for each thing done, for people.
    package var lines: [String] {
        let migrations = applied.map { "applied migration \($0.number) (\($0.name))" }
        let nothing =
            applied.isEmpty ? version.map { ["nothing to apply: the database is at migration \($0)"] } ?? [] : []
        let roles = logins.map { login in
            login.isChanged ? "\(login.role.rawValue) can log in now" : "\(login.role.rawValue) could log in already"
        }
        let steps = rotation.map { ["\($0.step.rawValue) of \($0.name) \($0.isChanged ? "is" : "was") done"] } ?? []
        let shown = isShownChanged.map {
            [$0 ? "CloudFront shows the current secret from now on" : "CloudFront shows the secret that it showed"]
        }
        return migrations + nothing + roles + (keys?.lines ?? []) + steps + (shown ?? [])
    }

    /// The same for programs; what the run was not for is left out.
    ///
    /// `{"version":6,"applied":[{"number":1,"name":"roles"}],"logins":[{"role":"nerdwork_loyalty","changed":true}],
    /// "keys":{"active":"…","published":2,"changes":["made the next key"]}}`
    package var json: JSONWriter {
        JSONWriter.object { object in
            if let version { writeMigration(version, to: &object) }
            if let keys { object.member("keys") { keys.write(to: &$0) } }
            if let rotation {
                object.member("rotation") {
                    $0.member("secret", rotation.name)
                    $0.member("step", rotation.step.rawValue)
                    $0.member("changed", rotation.isChanged)
                }
            }
            if let isShownChanged { object.member("shown") { $0.member("changed", isShownChanged) } }
        }
    }

    private func writeMigration(_ version: Int32, to object: inout JSONObjectWriter) {
        object.member("version", version)
        object.array("applied") { array in
            for migration in applied {
                array.object {
                    $0.member("number", migration.number)
                    $0.member("name", migration.name)
                }
            }
        }
        object.array("logins") { array in
            for login in logins {
                array.object {
                    $0.member("role", login.role.rawValue)
                    $0.member("changed", login.isChanged)
                }
            }
        }
    }
}
