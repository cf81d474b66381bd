internal import Codecs
internal import Cryptography

/// What a signature signs of a request (AWS, "Create a canonical request").
struct CanonicalRequest {
    let text: String
    let signedHeaders: String

    /// - Parameters:
    ///   - parameters: the query's, encoded, with those of the signature where it travels there.
    ///   - payloadDigest: the last line.
    init(
        _ request: SignableRequest, parameters: [CanonicalQuery.Parameter], headers: CanonicalHeaders,
        rule: SigningScope.PathRule, payloadDigest: String
    ) {
        signedHeaders = headers.names
        let lines =
            [request.method, CanonicalPath.text(request.path, rule), CanonicalQuery.text(parameters)] + headers.lines
            + ["", headers.names, payloadDigest]
        text = lines.joined(separator: "\n")
    }

    /// What is signed in the end (AWS, "Create a string to sign").
    func stringToSign(_ scope: SigningScope, _ time: SigningTime) -> String {
        let digest = Hex.encode(SHA256.digest(Array(text.utf8)))
        return [SigningKey.algorithm, time.stamp, scope.text(time), digest].joined(separator: "\n")
    }
}

/// The key of one day, region and service (AWS, "Calculate the signature").
struct SigningKey {
    static let algorithm = "AWS4-HMAC-SHA256"

    private let key: SecretBytes

    init(_ credentials: AWSCredentials, _ scope: SigningScope, _ time: SigningTime) {
        let start = SecretBytes("AWS4\(credentials.secretAccessKey)")
        key = [time.day, scope.region, scope.service, SigningScope.terminator].reduce(start) { key, part in
            HMAC.key(for: Array(part.utf8), key: key)
        }
    }

    /// 64 lower-case hexadecimal digits.
    func signature(of stringToSign: String) -> String {
        Hex.encode(HMAC.code(for: Array(stringToSign.utf8), key: key))
    }
}
