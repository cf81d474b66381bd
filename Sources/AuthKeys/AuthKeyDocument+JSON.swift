internal import Codecs
internal import Cryptography
internal import StrictJSON

extension AuthKeyDocument {
    /// Reads what the secret holds, strictly: no member too many, every limit kept, one key that signs.
    ///
    /// Throws `.empty` for `{}`, a secret that nobody has written to, and `.malformed` for everything else.
    package init(parsing bytes: [UInt8]) throws(AuthKeyError) {
        let limits = JSONLimits(maximumBytes: Limits.bytes, maximumDepth: 4, maximumValues: 1_024)
        let document: AuthKeyDocument?
        do throws(JSONError) {
            document = try Self.read(try JSONDocument(parsing: bytes, limits: limits).root)
        } catch {
            // The pointer would name an unknown member, whose name may be anything.
            throw .malformed(
                place: error.code == .unknownMember ? "an unknown member" : "\(error.code) \(error.pointer)")
        }
        guard let document else { throw .empty }
        try document.validate()
        self = document
    }

    private static func read(_ root: JSONValue) throws(JSONError) -> AuthKeyDocument? {
        if root.kind == .object, try !root.members.contains(where: { _ in true }) { return nil }
        try root.refuseUnknownMembers(except: ["version", "signing", "roots"])
        _ = try root.member("version").integer(in: version...version)
        var document = AuthKeyDocument.empty
        for value in try root.member("signing").elements { document.signing.append(try SigningKey(value)) }
        for value in try root.member("roots").elements { document.roots.append(try Root(value)) }
        return document
    }

    private static let version: Int64 = 1

    /// The document as it is stored; secret from the first byte to the last.
    package var json: [UInt8] {
        JSONWriter.object(reserving: 16_384) { object in
            object.member("version", Self.version)
            object.array("signing") { list in
                for key in signing { list.object { key.write(to: &$0) } }
            }
            object.array("roots") { list in
                for root in roots { list.object { root.write(to: &$0) } }
            }
        }.bytes
    }
}

extension AuthKeyDocument.SigningKey {
    private static let members = [
        "kid", "state", "createdAt", "publishedAt", "activatedAt", "retiredAt", "n", "e", "privateKey",
    ]

    fileprivate init(_ value: JSONValue) throws(JSONError) {
        try value.refuseUnknownMembers(except: Self.members)
        let name = try value.member("kid").string(maximumBytes: 64)
        let isName = name.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
        guard isName, !name.isEmpty else { throw try value.member("kid").error(.range) }
        guard let state = AuthKeyDocument.State(rawValue: try value.member("state").string(maximumBytes: 16)) else {
            throw try value.member("state").error(.range)
        }
        kid = name
        self.state = state
        createdAt = try value.member("createdAt").moment()
        publishedAt = try value.optional("publishedAt")?.moment()
        activatedAt = try value.optional("activatedAt")?.moment()
        retiredAt = try value.optional("retiredAt")?.moment()
        modulus = try value.member("n").base64(1...1_024)
        exponent = try value.member("e").base64(1...8)
        privateKey = try value.optional("privateKey").map { value throws(JSONError) in
            SecretBytes(try value.base64(1...8_192))
        }
    }

    fileprivate func write(to object: inout JSONObjectWriter) {
        object.member("kid", kid)
        object.member("state", state.rawValue)
        object.member("createdAt", createdAt.millisecondsSince1970)
        object.optional("publishedAt", publishedAt?.millisecondsSince1970)
        object.optional("activatedAt", activatedAt?.millisecondsSince1970)
        object.optional("retiredAt", retiredAt?.millisecondsSince1970)
        object.member("n", Base64.encode(modulus, alphabet: .url))
        object.member("e", Base64.encode(exponent, alphabet: .url))
        object.optional("privateKey", privateKey.map { Base64.encode($0.revealed(), alphabet: .url) })
    }
}

extension AuthKeyDocument.Root {
    fileprivate init(_ value: JSONValue) throws(JSONError) {
        try value.refuseUnknownMembers(except: ["id", "secret", "createdAt"])
        id = Int16(truncatingIfNeeded: try value.member("id").integer(in: 1...Int64(Int16.max)))
        let count = AuthKeyDocument.Limits.rootBytes
        secret = SecretBytes(try value.member("secret").base64(count...count))
        createdAt = try value.optional("createdAt")?.moment()
    }

    fileprivate func write(to object: inout JSONObjectWriter) {
        object.member("id", id)
        object.member("secret", Base64.encode(secret.revealed(), alphabet: .url))
        object.optional("createdAt", createdAt?.millisecondsSince1970)
    }
}

extension JSONValue {
    /// Milliseconds since 1970, up to the year 9999.
    fileprivate func moment() throws(JSONError) -> Timestamp {
        Timestamp(millisecondsSince1970: try integer(in: 0...253_402_300_799_999))
    }

    fileprivate func base64(_ count: ClosedRange<Int>) throws(JSONError) -> [UInt8] {
        guard let bytes = Base64.decode(try utf8(maximumBytes: 16_384), alphabet: .url), count.contains(bytes.count)
        else { throw error(.range) }
        return bytes
    }
}
