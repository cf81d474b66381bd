internal import Codecs
internal import JSONWebToken
internal import LambdaEvents
internal import Platform

/// API Gateway's JWT authorizer: what it takes, what it hands on, and what it answers by itself.
struct TokenAuthorizer {
    let authorizer: TemplateAuthorizer
    let keys: JSONWebKeySet

    /// The claims of the request's token, each as text; nil where there is no token that is good now.
    func claims(of request: GatewayRequest) -> NamedValues? {
        guard let header = request.header("authorization") else { return nil }
        // The scheme may be missing: the documentation names both forms.
        let token = header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst(7)) : header
        let verifier = AccessTokenVerifier(issuer: authorizer.issuer, audience: authorizer.audience)
        let now = SystemClock.now()
        guard (try? verifier.verify(Array(token.utf8), keys: keys, now: now)) != nil else { return nil }
        return Self.claims(token)
    }

    private static func claims(_ token: String) -> NamedValues? {
        let parts = token.split(separator: ".")
        guard parts.count == 3, let payload = Base64.decode(parts[1].utf8, alphabet: .url),
            let tree = try? JSONTree(parsing: payload)
        else { return nil }
        return NamedValues(
            tree.members.map { .init(name: $0.name, value: $0.value.scalarText ?? $0.value.compactText) })
    }

    /// What a client gets that has no token that is good.
    static let refusal = GatewayAnswer.own(
        401, "Unauthorized",
        headers: [
            ("www-authenticate", #"Bearer scope="" error="invalid_token" error_description="the token is not valid""#)
        ])
}
