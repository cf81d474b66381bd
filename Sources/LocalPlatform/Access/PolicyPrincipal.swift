/// Whom a statement of a resource's policy is about.
struct PolicyPrincipal: Sendable {
    private let isNot: Bool
    private let isAnybody: Bool
    /// `AWS`: accounts, ARNs of roles and of their sessions.
    private let accounts: [String]
    private let services: [String]

    /// How a statement names a principal.
    enum Match {
        case none
        /// Through its account: policies of the principal itself must allow it as well.
        case account
        case itself
    }

    /// Nil for a statement without one, as in policies of roles.
    init?(_ statement: JSONTree, at place: String) throws(LocalError) {
        guard let tree = statement["Principal"] ?? statement["NotPrincipal"] else { return nil }
        isNot = statement["Principal"] == nil
        func texts(_ member: String) -> [String] {
            let value = tree[member] ?? .null
            return value.text.map { [$0] } ?? value.elements.compactMap(\.text)
        }
        accounts = texts("AWS")
        services = texts("Service")
        isAnybody = tree.text == "*" || accounts.contains("*")
        let known: Set<String> = ["AWS", "Service"]
        if let unknown = tree.members.first(where: { !known.contains($0.name) }) {
            throw LocalError(
                .configuration,
                "A statement of \(place) in template.json has a principal of \(unknown.name), "
                    + "which invoke-local does not know.")
        }
    }

    func match(_ principal: AccessPrincipal) -> Match {
        let named = positive(principal)
        guard isNot else { return named }
        return named == .none ? .itself : .none
    }

    private func positive(_ principal: AccessPrincipal) -> Match {
        if isAnybody { return .itself }
        switch principal {
        case .service(let name): return services.contains(name) ? .itself : .none
        case .role(let arn, let session):
            if accounts.contains(arn) || accounts.contains(session) { return .itself }
            let account = arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).first ?? ""
            return accounts.contains { $0 == account || $0.hasSuffix("::\(account):root") } ? .account : .none
        }
    }
}
