internal import StrictJSON

/// The header of a signed text (RFC 7515, section 4) as far as it is believed.
///
/// Keys and addresses of keys (`jwk`, `jku`, `x5u`, `x5c`, `x5t`) are never looked at: whoever made the text chose them.
package struct SignatureHeader: Sendable {
    /// The UTF-8 of `kid`; nil where there is none.
    package let kid: [UInt8]?
    /// The UTF-8 of `typ`; nil where there is none.
    package let type: [UInt8]?

    /// Throws `.header` for anything but a JSON object of plain ASCII with texts where texts belong, `.algorithm` unless
    /// `alg` is `RS256`, `.critical` where there is `crit`.
    init(_ bytes: [UInt8]) throws(TokenError) {
        guard let json = PlainObject.parse(bytes) else { throw .header }
        guard json["alg"]?.matches("RS256") == true else { throw .algorithm }
        // RFC 7797's b64 changes what is signed, and counts only where crit names it.
        guard json["crit"] == nil, json["b64"] == nil else { throw .critical }
        kid = try Self.text(json["kid"])
        type = try Self.text(json["typ"])
    }

    private static func text(_ value: JSONValue?) throws(TokenError) -> [UInt8]? {
        guard let value else { return nil }
        guard let text = try? value.utf8(maximumBytes: JSONWebKey.maximumKidBytes) else { throw .header }
        return text
    }
}

/// Reads the JSON of tokens, which needs no more than ASCII without escapes: so no two readers can see two things in it.
enum PlainObject {
    /// Nil for anything else, for two members of one name, and for what passes the limits.
    static func parse(_ bytes: [UInt8]) -> JSONValue? {
        guard bytes.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) else { return nil }
        let limits = JSONLimits(maximumBytes: bytes.count, maximumDepth: 4, maximumValues: 128)
        guard let root = try? JSONDocument(parsing: bytes, limits: limits).root, root.kind == .object else {
            return nil
        }
        return root
    }
}
