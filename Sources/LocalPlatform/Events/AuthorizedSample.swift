internal import Codecs

/// A sample event of a route behind the JWT authorizer: the file says who calls, and gets a token of now.
struct AuthorizedSample {
    /// `sub` of the claims in the file.
    let subject: String
    let role: String
    private let event: JSONTree

    /// Nil where the event has no claims.
    init?(_ event: JSONTree) {
        let claims = event["requestContext"]?["authorizer"]?["jwt"]?["claims"]
        guard let subject = claims?["sub"]?.text else { return nil }
        self.subject = subject
        role = claims?["role"]?.text ?? "reader"
        self.event = event
    }

    /// The event with this token and what it claims, each as text.
    func event(with token: String) -> JSONTree {
        let parts = token.split(separator: ".")
        let payload = parts.count == 3 ? Base64.decode(parts[1].utf8, alphabet: .url) ?? [] : []
        let claims = ((try? JSONTree(parsing: payload)) ?? .null).members.map {
            JSONTree.Member(name: $0.name, value: .string($0.value.scalarText ?? $0.value.compactText))
        }
        return event.setting(["headers", "authorization"], to: .string("Bearer \(token)"))
            .setting(["requestContext", "authorizer", "jwt", "claims"], to: .object(claims))
    }
}

extension JSONTree {
    /// The object with the value at that path changed or added; objects on the way are made.
    func setting(_ path: [String], to value: JSONTree) -> JSONTree {
        guard let name = path.first else { return value }
        let inner = (self[name] ?? .object([])).setting(Array(path.dropFirst()), to: value)
        guard self[name] != nil else { return .object(members + [Member(name: name, value: inner)]) }
        return .object(members.map { $0.name == name ? Member(name: name, value: inner) : $0 })
    }
}
