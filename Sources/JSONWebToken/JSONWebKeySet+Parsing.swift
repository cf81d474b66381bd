internal import Codecs
internal import Cryptography
internal import StrictJSON

extension JSONWebKeySet {
    /// Reads a published set; one key that is not sound makes the whole set unusable.
    ///
    /// Members that no rule is about are ignored (RFC 7517, section 4). Throws for everything that `JSONWebKeyError` names.
    package init(parsing bytes: [UInt8], limits: Limits = Limits()) throws(JSONWebKeyError) {
        let root = try Self.document(bytes, limits).root
        guard let members = root["keys"], let elements = try? members.elements else { throw .malformed }
        var keys: [JSONWebKey] = []
        for element in elements {
            guard keys.count < limits.maximumKeys else { throw .count }
            keys.append(try JSONWebKey(json: element))
        }
        try self.init(keys, limits: limits)
    }

    private static func document(_ bytes: [UInt8], _ limits: Limits) throws(JSONWebKeyError) -> JSONDocument {
        let jsonLimits = JSONLimits(maximumBytes: limits.maximumBytes, maximumDepth: 4, maximumValues: 512)
        do {
            return try JSONDocument(parsing: bytes, limits: jsonLimits)
        } catch {
            throw .malformed
        }
    }
}

extension JSONWebKey {
    init(json: JSONValue) throws(JSONWebKeyError) {
        guard json.kind == .object else { throw .malformed }
        try Self.checkKind(json)
        // The private half of RSA (RFC 7518, section 6.3.2) and a shared key (section 6.4.1).
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] where json[name] != nil { throw .secret }
        guard let kid = try? json["kid"]?.string(maximumBytes: Self.maximumKidBytes) else {
            throw .kid
        }
        try self.init(kid: kid, key: Self.key(json))
    }

    /// `kty` must be there; `use`, `key_ops` and `alg` may be, and then say the same.
    private static func checkKind(_ json: JSONValue) throws(JSONWebKeyError) {
        guard json["kty"]?.matches("RSA") == true, json["use"]?.matches("sig") ?? true,
            json["alg"]?.matches("RS256") ?? true
        else { throw .kind }
        guard let operations = json["key_ops"] else { return }
        guard let elements = try? operations.elements, elements.map({ $0.matches("verify") }) == [true] else {
            throw .kind
        }
    }

    private static func key(_ json: JSONValue) throws(JSONWebKeyError) -> RSAPublicKey {
        guard let modulus = number(json["n"]), let exponent = number(json["e"]),
            let key = try? RSAPublicKey(modulus: modulus, exponent: exponent)
        else { throw .weak }
        return key
    }

    private static func number(_ value: JSONValue?) -> [UInt8]? {
        guard let text = try? value?.utf8(maximumBytes: 1024) else { return nil }
        return Base64.decode(text, alphabet: .url)
    }
}
