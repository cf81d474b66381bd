internal import Platform

extension ConnectionConfiguration {
    /// The keywords for `PQconnectStartParams`.
    ///
    /// Every keyword that has a default file in the home directory is given a path that cannot exist: a static
    /// executable must not ask the name service who it is (`getpwuid` would load shared libraries).
    var libpqParameters: [(keyword: String, value: String)] {
        let nowhere = "/dev/null/none"
        return [
            ("host", hosts.joined(separator: ",")),
            ("port", ports.map(String.init).joined(separator: ",")),
            ("dbname", database),
            ("user", user),
            ("password", password ?? ""),
            ("passfile", nowhere),
            ("sslmode", tlsMode.rawValue),
            ("sslrootcert", rootCertificatePath ?? nowhere),
            ("sslcert", nowhere),
            ("sslkey", nowhere),
            ("sslcrl", nowhere),
            ("gssencmode", "disable"),
            ("application_name", applicationName),
            ("client_encoding", "UTF8"),
            ("options", options ?? ""),
            // A connection that died while the environment was frozen is noticed within a minute.
            ("keepalives", "1"),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
    }

    /// `system` means the machine's own bundle, which libpq 15 does not know: Amazon Linux's place, then Debian's.
    private var rootCertificatePath: String? {
        guard tlsRootCertificate == "system" else { return tlsRootCertificate }
        let bundles = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"]
        return bundles.first { unsafe access($0, R_OK) == 0 }
    }
}
