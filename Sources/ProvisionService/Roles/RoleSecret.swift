internal import AWSClient
internal import PostgresClient
internal import ServiceKit
internal import StrictJSON

/// The password of a service role that Secrets Manager keeps: `{"username":"nerdwork_loyalty","password":"…"}`.
struct RoleSecret {
    let id: String
    let login: RoleLogin
    let versions: SecretVersions

    /// Gives the role the current password, unless a rotation under way has given it the next one already.
    ///
    /// False where nothing had to be changed.
    func establish() throws -> Bool {
        try login.exclusively {
            guard let current = try versions.fetch(id, .current, nil) else {
                throw ProvisionError.secret("the one of \(login.role.rawValue) has no value")
            }
            let password = try password(in: current)
            if login.isCurrent(password) { return false }
            if let pending = try versions.fetch(id, .pending, nil), login.isCurrent(try self.password(in: pending)) {
                return false
            }
            return try login.establish(password)
        }
    }

    /// Throws `ProvisionError.secret` for another form, and for another role's secret.
    func password(in value: [UInt8]) throws(ProvisionError) -> String {
        let found: SessionLogin
        do {
            found = try LoginSecret(parsing: value).login()
        } catch {
            throw .secret("the one of \(login.role.rawValue) must be a JSON object with username and password")
        }
        guard found.user?.utf8.elementsEqual(login.role.rawValue.utf8) == true else {
            throw .secret("the one of \(login.role.rawValue) is another user's")
        }
        return found.password
    }
}
