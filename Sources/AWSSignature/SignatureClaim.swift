internal import Codecs

/// What a request says about its signature, read strictly.
struct SignatureClaim {
    let accessKeyID: String
    let scope: SigningScope
    let time: SigningTime
    /// Lower-case names, sorted, each once.
    let signedHeaders: [String]
    let signature: String
    let sessionToken: String?
    /// Seconds from `time`; nil where the signature travels in the fields.
    let lifetime: Int?

    static func read(_ request: SignableRequest) throws(SignatureFailure) -> SignatureClaim {
        let authorization = request.values(of: "authorization")
        let parameters = CanonicalQuery.parameters(request.query)
        let isPresigned = parameters.contains { $0.name == "X-Amz-Signature" || $0.name == "X-Amz-Algorithm" }
        switch (authorization.count, isPresigned) {
        case (0, false): throw .missing
        case (0, true): return try SignatureClaim(parameters)
        case (1, false): return try SignatureClaim(authorization[0], request)
        default: throw .malformed
        }
    }

    /// From the fields.
    private init(_ authorization: String, _ request: SignableRequest) throws(SignatureFailure) {
        let parts = try Self.parts(of: authorization)
        let dates = request.values(of: "x-amz-date")
        let tokens = request.values(of: "x-amz-security-token")
        guard dates.count == 1, tokens.count <= 1 else { throw .malformed }
        try self.init(parts, date: dates[0], token: tokens.first, lifetime: nil)
    }

    /// From a query, whose names and values are encoded.
    private init(_ parameters: [CanonicalQuery.Parameter]) throws(SignatureFailure) {
        var values: [String: String] = [:]
        for parameter in parameters where parameter.name.hasPrefix("X-Amz-") {
            let value = PercentEncoding.decode(parameter.value.utf8).map { String(decoding: $0, as: UTF8.self) }
            guard values.updateValue(value ?? "", forKey: parameter.name) == nil else { throw .malformed }
        }
        guard values["X-Amz-Algorithm"] == SigningKey.algorithm, let credential = values["X-Amz-Credential"],
            let names = values["X-Amz-SignedHeaders"], let signature = values["X-Amz-Signature"],
            let date = values["X-Amz-Date"], let lifetime = values["X-Amz-Expires"].flatMap({ Int($0) }),
            AWSSignature.lifetimeSeconds.contains(lifetime)
        else { throw .malformed }
        let parts = ["Credential": credential, "SignedHeaders": names, "Signature": signature]
        try self.init(parts, date: date, token: values["X-Amz-Security-Token"], lifetime: lifetime)
    }

    private init(
        _ parts: [String: String], date: String, token: String?, lifetime: Int?
    ) throws(SignatureFailure) {
        guard let credential = parts["Credential"], let names = parts["SignedHeaders"],
            let signature = parts["Signature"], let time = SigningTime(date)
        else { throw .malformed }
        let pieces = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count == 5, !pieces[0].isEmpty, pieces[4] == SigningScope.terminator else { throw .malformed }
        guard ASCII.areEqual(pieces[1], time.day) else { throw .wrongScope }
        accessKeyID = pieces[0]
        scope = SigningScope(region: pieces[2], service: pieces[3])
        self.time = time
        signedHeaders = names.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        self.signature = signature
        sessionToken = token
        self.lifetime = lifetime
        try checkShape()
    }

    private func checkShape() throws(SignatureFailure) {
        let isSorted = zip(signedHeaders, signedHeaders.dropFirst()).allSatisfy { ASCII.precedes($0, $1) }
        guard isSorted, signedHeaders.contains("host"),
            signedHeaders.allSatisfy({ ASCII.isToken($0) && !$0.utf8.contains(where: ASCII.isUppercase) }),
            signature.utf8.count == 64, Hex.decode(signature.utf8) != nil,
            !signature.utf8.contains(where: ASCII.isUppercase)
        else { throw .malformed }
    }

    /// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`: these three, in any order, and nothing else.
    private static func parts(of authorization: String) throws(SignatureFailure) -> [String: String] {
        let words = authorization.utf8.split(separator: 0x20, maxSplits: 1)
        guard words.count == 2, words[0].elementsEqual(SigningKey.algorithm.utf8) else { throw .malformed }
        var parts: [String: String] = [:]
        for piece in words[1].split(separator: 0x2C, omittingEmptySubsequences: false) {
            let pair = piece.drop { $0 == 0x20 }.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .malformed }
            let name = String(decoding: Array(pair[0]), as: UTF8.self)
            guard ["Credential", "SignedHeaders", "Signature"].contains(name),
                parts.updateValue(String(decoding: Array(pair[1]), as: UTF8.self), forKey: name) == nil
            else { throw .malformed }
        }
        return parts
    }
}
