/// Where the database is and who asks.
///
/// Printing it never shows the password.
package struct ConnectionConfiguration: Sendable {
    /// How the connection is protected (`sslmode`).
    package enum TLSMode: String, Sendable, CaseIterable {
        case disable, allow, prefer, require
        case verifyAuthority = "verify-ca"
        case verifyFull = "verify-full"

        var verifies: Bool { self == .verifyAuthority || self == .verifyFull }
    }

    /// Host names, addresses or socket directories, tried in this order.
    package var hosts: [String]
    /// One port for all hosts, or one for each.
    package var ports: [UInt16]
    package var database: String
    package var user: String
    package var password: String?
    package var tlsMode: TLSMode
    /// The file with the certificate authorities.
    package var tlsRootCertificate: String?
    package var applicationName: String
    /// Server settings for the session, as `-c name=value`.
    ///
    /// RDS Proxy refuses them.
    package var options: String?

    /// A configuration from its parts.
    ///
    /// Throws `.configuration`, naming what is wrong.
    package init(
        hosts: [String], ports: [UInt16] = [5432], database: String, user: String, password: String? = nil,
        tlsMode: TLSMode = .prefer, tlsRootCertificate: String? = nil, applicationName: String = "nerdwork",
        options: String? = nil
    ) throws(DatabaseError) {
        self.hosts = hosts
        self.ports = ports
        self.database = database
        self.user = user
        self.password = password
        self.tlsMode = tlsMode
        self.tlsRootCertificate = tlsRootCertificate
        self.applicationName = applicationName
        self.options = options
        try validate()
    }
}

extension ConnectionConfiguration {
    /// The same for another user or password.
    ///
    /// Throws `.configuration` where they cannot be sent.
    func loggingIn(with login: SessionLogin) throws(DatabaseError) -> ConnectionConfiguration {
        var changed = self
        changed.user = login.user ?? user
        changed.password = login.password
        try changed.validate()
        return changed
    }

    private func validate() throws(DatabaseError) {
        guard !hosts.isEmpty, hosts.allSatisfy({ !$0.isEmpty }) else { throw .invalid("the host is empty") }
        guard ports.count == 1 || ports.count == hosts.count, !ports.contains(0) else {
            throw .invalid("there must be one port, or one for each host")
        }
        guard !database.isEmpty else { throw .invalid("the database name is empty") }
        guard !user.isEmpty else { throw .invalid("the user is empty") }
        guard !tlsMode.verifies || tlsRootCertificate != nil else {
            throw .invalid("sslmode \(tlsMode.rawValue) needs a root certificate file (PGSSLROOTCERT)")
        }
        let texts = hosts + [database, user, password, tlsRootCertificate, applicationName, options].compactMap(\.self)
        guard texts.allSatisfy({ $0.utf8.count <= 8_192 && !$0.utf8.contains(0) }) else {
            throw .invalid("a setting has a zero byte or more than 8192 bytes")
        }
    }
}

extension ConnectionConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "\(user)@\(hosts.joined(separator: ",")):\(ports.map(String.init).joined(separator: ","))/\(database)"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension DatabaseError {
    static func invalid(_ reason: String) -> DatabaseError {
        DatabaseError(.configuration, "database configuration: \(reason)")
    }
}
