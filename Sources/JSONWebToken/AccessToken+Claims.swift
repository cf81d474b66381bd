internal import Codecs
internal import StrictJSON

extension AccessToken {
    /// Reads the claims of a payload whose signature has been checked.
    ///
    /// Claims that nobody here knows are ignored (RFC 7519, section 4). Throws `.claims` where one of ours is missing or
    /// has another form, `.audience` where there is not exactly one.
    init(claims json: JSONValue) throws(TokenError) {
        // A list of one is one reader's text and another's list.
        guard json["aud"]?.kind == .string else { throw .audience }
        guard let level = AuthenticationLevel(rawValue: try json.text("acr")) else { throw .claims }
        self.init(
            issuer: try json.text("iss"), audience: try json.text("aud"), userID: try json.identifier("sub"),
            clientID: try json.text("client_id"), tokenID: try json.identifier("jti"),
            sessionID: try json.identifier("sid"), issuedAt: try json.time("iat"), expiresAt: try json.time("exp"),
            authenticatedAt: try json.time("auth_time"), scope: try json.text("scope"), role: try json.text("role"),
            level: level)
    }

    /// `nbf`, which our own tokens do not have.
    ///
    /// Nil where it is absent. Throws `.claims`.
    static func notBefore(claims json: JSONValue) throws(TokenError) -> Timestamp? {
        json["nbf"] == nil ? nil : try json.time("nbf")
    }
}

extension JSONValue {
    fileprivate func text(_ name: String) throws(TokenError) -> String {
        guard let text = try? self[name]?.string(maximumBytes: 512), text.utf8.allSatisfy(ASCII.isPrintable) else {
            throw .claims
        }
        return text
    }

    /// A UUID as it is written: in lower case.
    fileprivate func identifier(_ name: String) throws(TokenError) -> UUID {
        let text = try text(name)
        guard let identifier = UUID(text), identifier.description.utf8.elementsEqual(text.utf8) else { throw .claims }
        return identifier
    }

    /// Whole seconds since 1970, up to the year 9999; a fraction, an exponent or a text is none.
    fileprivate func time(_ name: String) throws(TokenError) -> Timestamp {
        guard let seconds = try? self[name]?.integer(in: 0...253_402_300_799) else { throw .claims }
        return Timestamp(millisecondsSince1970: seconds * 1000)
    }
}
