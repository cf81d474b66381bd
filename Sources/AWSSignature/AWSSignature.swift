package import Codecs
internal import Cryptography

/// Signature Version 4, by which AWS knows who sent a request and that nobody changed it.
///
/// Everything is computed from the arguments: no clock, no environment.
package enum AWSSignature {
    /// The fields to add to the request; all of its own are signed, but for those that proxies change.
    ///
    /// They are `X-Amz-Date`, `X-Amz-Security-Token` where the credentials have one, `X-Amz-Content-Sha256` for S3, and
    /// `Authorization`. The request must not have them yet. Throws where a part breaks its limits.
    package static func headers(
        for request: SignableRequest, scope: SigningScope, credentials: AWSCredentials, at time: Timestamp
    ) throws(SignatureError) -> [(name: String, value: String)] {
        try check(request, scope, credentials)
        let time = SigningTime(time)
        let digest = payloadDigest(request)
        var added = [(name: "X-Amz-Date", value: time.stamp)]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        if scope.isObjectStore { added.append(("X-Amz-Content-Sha256", digest)) }
        let canonical = CanonicalRequest(
            request, parameters: CanonicalQuery.parameters(request.query),
            headers: signedHeaders(request, adding: added), rule: scope.pathRule, payloadDigest: digest)
        let signature = SigningKey(credentials, scope, time).signature(of: canonical.stringToSign(scope, time))
        let authorization = """
            \(SigningKey.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text(time)), \
            SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)
            """
        return added + [("Authorization", authorization)]
    }

    /// How long a presigned request may be good for, in seconds.
    package static let lifetimeSeconds = 1...604_800

    /// The whole query of a request that carries its signature there: the request's own and the signature's.
    ///
    /// Every field of the request is signed, so whoever sends it must send them too. Throws where a part breaks its
    /// limits, or `seconds` is not in `lifetimeSeconds`.
    package static func presignedQuery(
        for request: SignableRequest, scope: SigningScope, credentials: AWSCredentials, lasting seconds: Int,
        at time: Timestamp
    ) throws(SignatureError) -> String {
        try check(request, scope, credentials)
        guard lifetimeSeconds.contains(seconds) else { throw .malformed(.lifetime) }
        let time = SigningTime(time)
        let headers = signedHeaders(request, adding: [])
        var added = [
            ("X-Amz-Algorithm", SigningKey.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope.text(time))"),
            ("X-Amz-Date", time.stamp), ("X-Amz-Expires", "\(seconds)"), ("X-Amz-SignedHeaders", headers.names),
        ]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        let parameters =
            CanonicalQuery.parameters(request.query) + added.map { ($0.0, PercentEncoding.encode($0.1)) }
        let canonical = CanonicalRequest(
            request, parameters: parameters, headers: headers, rule: scope.pathRule,
            payloadDigest: scope.isObjectStore ? unsignedPayload : payloadDigest(request))
        let signature = SigningKey(credentials, scope, time).signature(of: canonical.stringToSign(scope, time))
        return CanonicalQuery.text(parameters) + "&X-Amz-Signature=\(signature)"
    }

    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    static func payloadDigest(_ request: SignableRequest) -> String {
        switch request.payload {
        case .bytes(let body): Hex.encode(SHA256.digest(body))
        case .unsigned: unsignedPayload
        }
    }

    private static func signedHeaders(
        _ request: SignableRequest, adding added: [(name: String, value: String)]
    ) -> CanonicalHeaders {
        let own = request.headers.filter { ASCII.lowercased($0.name) != "host" }
        return CanonicalHeaders([("host", request.host)] + own + added) { !CanonicalHeaders.unsigned.contains($0) }
    }

    private static func check(
        _ request: SignableRequest, _ scope: SigningScope, _ credentials: AWSCredentials
    ) throws(SignatureError) {
        try request.check()
        try scope.check()
        try credentials.check()
    }
}

extension AWSCredentials {
    /// Throws unless the texts can stand in a field, and are no longer than AWS makes them with room to spare.
    fileprivate func check() throws(SignatureError) {
        for (text, most) in [(accessKeyID, 128), (secretAccessKey, 1_024), (sessionToken ?? "-", 16_384)] {
            guard text.utf8.count <= most else { throw .tooLong(.credentials) }
            guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isVisible) else { throw .malformed(.credentials) }
        }
        guard accessKeyID.utf8.allSatisfy({ $0 != 0x2F && $0 != 0x2C }) else { throw .malformed(.credentials) }
    }
}
