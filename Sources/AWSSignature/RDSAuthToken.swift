package import Codecs

/// Passwords that RDS accepts instead of the role's own, for a user who may `rds-db:connect`.
package enum RDSAuthToken {
    /// How long a token opens connections, in seconds; connections that are open stay.
    package static let lifetimeSeconds = 900

    /// The token for one database user at one instance; PostgreSQL gets it as the password, over TLS only.
    ///
    /// It is a presigned request without its scheme ("Connecting using IAM authentication", RDS's guide). Throws where
    /// an argument is empty, too long, or the host has characters that a host must not have.
    package static func make(
        host: String, port: UInt16, region: String, user: String, credentials: AWSCredentials, at time: Timestamp
    ) throws(SignatureError) -> String {
        guard !user.isEmpty, user.utf8.count <= 256 else { throw .malformed(.user) }
        guard !host.isEmpty, !host.utf8.contains(where: { $0 == 0x2F || $0 == 0x3A || $0 == 0x3F || $0 == 0x40 }) else {
            throw .malformed(.host)
        }
        let request = SignableRequest(
            method: "GET", host: "\(host):\(port)", query: "Action=connect&DBUser=\(PercentEncoding.encode(user))")
        let query = try AWSSignature.presignedQuery(
            for: request, scope: SigningScope(region: region, service: "rds-db"), credentials: credentials,
            lasting: lifetimeSeconds, at: time)
        return "\(request.host)/?\(query)"
    }
}
