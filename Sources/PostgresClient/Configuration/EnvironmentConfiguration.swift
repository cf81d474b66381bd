extension ConnectionConfiguration {
    /// Reads libpq's `PG*` variables.
    ///
    /// `PGHOST`, `PGDATABASE` and `PGUSER` are required; `PGPORT`, `PGPASSWORD`, `PGSSLMODE`, `PGSSLROOTCERT`,
    /// `PGAPPNAME` and `PGOPTIONS` are optional. Throws `.configuration`, naming the variable.
    /// - Parameter defaultUser: what stands for `PGUSER` where that is not set; nil where it must be.
    package init(environment: (String) -> String?, defaultUser: String? = nil) throws(DatabaseError) {
        try self.init(
            hosts: Self.required("PGHOST", environment).split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init),
            ports: Self.ports(environment("PGPORT") ?? "5432", from: "PGPORT"),
            database: Self.required("PGDATABASE", environment),
            user: Self.required("PGUSER") { name in
                environment(name).flatMap { $0.isEmpty ? nil : $0 } ?? defaultUser
            },
            password: environment("PGPASSWORD"),
            tlsMode: Self.mode(environment("PGSSLMODE") ?? "prefer", from: "PGSSLMODE"),
            tlsRootCertificate: environment("PGSSLROOTCERT"),
            applicationName: environment("PGAPPNAME") ?? "nerdwork",
            options: environment("PGOPTIONS"))
    }

    private static func required(
        _ name: String, _ environment: (String) -> String?
    ) throws(DatabaseError) -> String {
        guard let value = environment(name), !value.isEmpty else { throw .invalid("\(name) is not set") }
        return value
    }

    /// Ports separated by commas.
    static func ports(_ text: String, from name: String) throws(DatabaseError) -> [UInt16] {
        var ports: [UInt16] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let port = UInt16(part), port > 0 else { throw .invalid("\(name) is not a port number") }
            ports.append(port)
        }
        return ports
    }

    static func mode(_ text: String, from name: String) throws(DatabaseError) -> TLSMode {
        guard let mode = TLSMode(rawValue: text) else {
            throw .invalid("\(name) must be one of \(TLSMode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return mode
    }
}
