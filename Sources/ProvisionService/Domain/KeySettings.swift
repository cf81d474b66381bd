package import AWSClient

/// Where the auth service's keys are kept and published.
package struct KeySettings: Sendable {
    /// The ARN of the secret with the document of keys.
    package let secret: String
    /// Where gateways read the discovery document and the public keys.
    package let bucket: Bucket
    /// `iss` of every token, byte for byte.
    package let issuer: String

    package init(secret: String, bucket: Bucket, issuer: String) {
        self.secret = secret
        self.bucket = bucket
        self.issuer = issuer
    }

    /// Reads `AUTH_KEYS_SECRET_ARN`, `DISCOVERY_BUCKET` and `TOKEN_ISSUER`; nil where the first is not set.
    ///
    /// Throws `ProvisionError.variable`, which names it.
    init?(environment: (String) -> String?) throws(ProvisionError) {
        guard let secret = environment("AUTH_KEYS_SECRET_ARN"), !secret.isEmpty else { return nil }
        guard let bucket = Bucket(environment("DISCOVERY_BUCKET") ?? "") else {
            throw .variable("DISCOVERY_BUCKET", "must be a bucket's name")
        }
        let issuer = environment("TOKEN_ISSUER") ?? ""
        guard issuer.hasPrefix("https://") || issuer.hasPrefix("http://"), issuer.utf8.last != 0x2F,
            issuer.utf8.count <= 512, issuer.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .variable("TOKEN_ISSUER", "must be a URL without a slash at its end") }
        self.init(secret: secret, bucket: bucket, issuer: issuer)
    }
}
