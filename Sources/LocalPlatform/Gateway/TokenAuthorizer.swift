package import Codecs
package import JSONWebToken
package import LambdaEvents

/// API Gateway's JWT authorizer: what it takes, what it hands on, and what it answers by itself.
///
/// Source: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers". It knows nothing of `typ`: any
/// token that the issuer has signed for the audience passes, as in AWS. The words of `error_description` are not
/// documented; nobody should read them.
package struct TokenAuthorizer: Sendable {
    private let authorizer: TemplateAuthorizer
    private let keys: JSONWebKeySet

    package init(_ authorizer: TemplateAuthorizer, keys: JSONWebKeySet) {
        self.authorizer = authorizer
        self.keys = keys
    }

    /// What a request's token comes to.
    package enum Verdict: Sendable {
        case allowed(APIGatewayRequest.Authorizer)
        case refused(GatewayAnswer)
        /// The token names a key that is not in the set.
        case unknownKey(GatewayAnswer)
    }

    /// - Parameter scopes: those of the route, of which the token needs one; none where it asks for none.
    package func verdict(on request: GatewayRequest, scopes: [String], at now: Timestamp) -> Verdict {
        guard let header = request.header("authorization"), !header.isEmpty else {
            return .refused(Self.unauthorized("Bearer"))
        }
        // The scheme may be missing: the documentation names both forms.
        let token = header.prefix(7).lowercased() == "bearer " ? String(header.dropFirst(7)) : header
        let claims: [JSONTree.Member]
        do throws(TokenError) {
            claims = try self.claims(of: Array(token.utf8))
        } catch .unknownKey {
            return .unknownKey(Self.invalid("kid not found"))
        } catch {
            return .refused(Self.invalid(Self.words(error)))
        }
        if let problem = problem(with: claims, at: now) { return .refused(Self.invalid(problem)) }
        guard scopes.isEmpty || !Self.scopes(in: claims).isDisjoint(with: scopes) else {
            return .refused(Self.forbidden(scopes))
        }
        return .allowed(Self.authorizer(claims, scopes))
    }

    private func claims(of token: [UInt8]) throws(TokenError) -> [JSONTree.Member] {
        let signature = try CompactSignature(token)
        guard let kid = signature.header.kid, let key = keys.key(kid) else { throw .unknownKey }
        let payload = try signature.payload(verifiedBy: key.key)
        guard case .object(let members)? = try? JSONTree(parsing: payload) else { throw .claims }
        return members
    }

    /// What is wrong with the claims, if anything.
    private func problem(with claims: [JSONTree.Member], at now: Timestamp) -> String? {
        let object = JSONTree.object(claims)
        guard let issuer = object["iss"]?.text, issuer.utf8.elementsEqual(authorizer.issuer.utf8) else {
            return "the token does not have a valid issuer"
        }
        // client_id counts only where there is no aud.
        let audiences =
            switch object["aud"] {
            case .array(let elements): elements.compactMap(\.text)
            case .string(let text): [text]
            default: [object["client_id"]?.text].compactMap(\.self)
            }
        guard audiences.contains(where: { $0.utf8.elementsEqual(authorizer.audience.utf8) }) else {
            return "the token does not have a valid audience"
        }
        let seconds = Double(now.millisecondsSince1970) / 1000
        guard let expiry = Self.number(object["exp"]), seconds < expiry else { return "the token has expired" }
        for name in ["nbf", "iat"] where object[name] != nil {
            guard let time = Self.number(object[name]), time <= seconds else { return "the token is not yet valid" }
        }
        return nil
    }

    private static func number(_ value: JSONTree?) -> Double? {
        guard case .number(let text)? = value else { return nil }
        return Double(text)
    }

    /// `scope`, or where there is none `scp`.
    private static func scopes(in claims: [JSONTree.Member]) -> Set<String> {
        let object = JSONTree.object(claims)
        switch object["scope"] ?? object["scp"] {
        case .string(let text): return Set(text.split(separator: " ").map(String.init))
        case .array(let elements): return Set(elements.compactMap(\.text))
        default: return []
        }
    }

    // MARK: What functions see

    /// Every claim as text, an array as `[a b]`, as the gateway's own language prints them.
    private static func authorizer(
        _ claims: [JSONTree.Member], _ scopes: [String]
    ) -> APIGatewayRequest.Authorizer {
        APIGatewayRequest.Authorizer(
            claims: NamedValues(claims.map { .init(name: $0.name, value: printed($0.value)) }), scopes: scopes)
    }

    private static func printed(_ value: JSONTree) -> String {
        switch value {
        case .array(let elements): "[\(elements.map(printed).joined(separator: " "))]"
        case .object(let members):
            "map[\(members.sorted { $0.name < $1.name }.map { "\($0.name):\(printed($0.value))" }.joined(separator: " "))]"
        default: value.scalarText ?? "<nil>"
        }
    }

    // MARK: Refusals

    private static func unauthorized(_ challenge: String) -> GatewayAnswer {
        .own(401, "Unauthorized", headers: [("www-authenticate", challenge)])
    }

    private static func invalid(_ description: String) -> GatewayAnswer {
        unauthorized(#"Bearer scope="" error="invalid_token" error_description="\#(description)""#)
    }

    private static func forbidden(_ scopes: [String]) -> GatewayAnswer {
        let scope = scopes.joined(separator: " ")
        let challenge =
            #"Bearer scope="\#(scope)" error="insufficient_scope" error_description="the token has none of the scopes""#
        return .own(403, "Forbidden", headers: [("www-authenticate", challenge)])
    }

    private static func words(_ error: TokenError) -> String {
        switch error {
        case .malformed: "token contains an invalid number of segments"
        case .algorithm: "signing method is invalid"
        case .signature: "signature is invalid"
        default: "the token is not valid"
        }
    }
}
