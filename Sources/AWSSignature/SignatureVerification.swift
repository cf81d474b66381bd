package import Codecs
internal import Cryptography

extension AWSSignature {
    /// How far a signer's clock may be off, in seconds, as AWS allows.
    package static let clockSkewSeconds: Int64 = 300

    /// Who signed the request, in its fields or in its query.
    ///
    /// Everything that can be wrong without knowing the secret is found first; signatures are compared in constant time.
    ///
    /// - Parameters:
    ///   - request: as it came, with all its fields.
    ///   - region: what the signature must be for; nil takes any.
    ///   - service: the same.
    ///   - now: the verifier's clock.
    ///   - credentials: those of an access key; nil where there is no such key.
    /// - Returns: the access key's identifier and the scope that the signature names.
    /// - Throws: the first thing that is wrong.
    package static func verify(
        _ request: SignableRequest, region: String? = nil, service: String? = nil, at now: Timestamp,
        credentials: (_ accessKeyID: String) -> AWSCredentials?
    ) throws(SignatureFailure) -> (accessKeyID: String, scope: SigningScope) {
        do { try request.check() } catch { throw .malformed }
        let claim = try SignatureClaim.read(request)
        guard region ?? claim.scope.region == claim.scope.region, service ?? claim.scope.service == claim.scope.service
        else { throw .wrongScope }
        try checkTime(claim, now)
        guard let known = credentials(claim.accessKeyID) else { throw .unknownKey }
        let token = (claim.sessionToken ?? "", known.sessionToken ?? "")
        guard ConstantTime.areEqual(Array(token.0.utf8), Array(token.1.utf8)) else { throw .wrongToken }
        let expected = try signature(of: request, claim, known)
        guard ConstantTime.areEqual(Array(expected.utf8), Array(claim.signature.utf8)) else { throw .mismatch }
        return (claim.accessKeyID, claim.scope)
    }

    private static func checkTime(_ claim: SignatureClaim, _ now: Timestamp) throws(SignatureFailure) {
        let skew = clockSkewSeconds * 1_000
        let latest = claim.time.timestamp.advanced(byMilliseconds: claim.lifetime.map { Int64($0) * 1_000 } ?? skew)
        guard claim.time.timestamp.advanced(byMilliseconds: -skew) <= now, now <= latest else { throw .expired }
    }

    /// What the signature must be.
    private static func signature(
        of request: SignableRequest, _ claim: SignatureClaim, _ credentials: AWSCredentials
    ) throws(SignatureFailure) -> String {
        let fields = [("host", request.host)] + request.headers.filter { ASCII.lowercased($0.name) != "host" }
        let headers = CanonicalHeaders(fields) { claim.signedHeaders.contains($0) }
        // A name that is signed and not there, or an instruction to AWS that is there and not signed.
        guard ASCII.areEqual(headers.names, claim.signedHeaders.joined(separator: ";")),
            fields.map({ ASCII.lowercased($0.0) }).filter({ $0.hasPrefix("x-amz-") })
                .allSatisfy(claim.signedHeaders.contains)
        else { throw .malformed }
        let canonical = CanonicalRequest(
            request,
            parameters: CanonicalQuery.parameters(request.query).filter { $0.name != "X-Amz-Signature" },
            headers: headers, rule: claim.scope.pathRule, payloadDigest: try payloadLine(request, claim))
        return SigningKey(credentials, claim.scope, claim.time)
            .signature(of: canonical.stringToSign(claim.scope, claim.time))
    }

    /// S3 alone takes the digest from the request, where it must be that of the body or say that there is none.
    private static func payloadLine(
        _ request: SignableRequest, _ claim: SignatureClaim
    ) throws(SignatureFailure) -> String {
        let digest = payloadDigest(request)
        guard claim.scope.isObjectStore else { return digest }
        if claim.lifetime != nil { return unsignedPayload }
        let stated = request.values(of: "x-amz-content-sha256")
        guard stated.count == 1, stated[0] == digest || stated[0] == unsignedPayload else { throw .malformed }
        return stated[0]
    }
}
