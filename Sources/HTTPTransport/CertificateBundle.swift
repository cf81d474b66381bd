internal import Platform

/// Finds the certificate authorities that the machine trusts.
package enum CertificateBundle {
    /// The file of authorities: what the environment names, else Amazon Linux's, else Debian's; nil where none can be
    /// read.
    ///
    /// libcurl's own default is the path of the machine that built it, which says nothing about the one it runs on.
    package static func path(
        environment: (String) -> String? = { CertificateBundle.variable($0) },
        isReadable: (String) -> Bool = { CertificateBundle.isReadable($0) }
    ) -> String? {
        let named = ["SSL_CERT_FILE", "AWS_CA_BUNDLE"].compactMap(environment).filter { !$0.isEmpty }
        return (named + wellKnownPaths).first(where: isReadable)
    }

    package static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    package static func isReadable(_ path: String) -> Bool {
        unsafe access(path, R_OK) == 0
    }

    private static let wellKnownPaths = [
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem",
    ]
}
