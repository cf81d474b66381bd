/// A policy: what it allows and denies.
struct PolicyDocument: Sendable {
    let statements: [PolicyStatement]
    /// Policy variables exist since the version of 2012; before they are texts.
    let hasVariables: Bool

    /// Reads a policy whose intrinsic functions are resolved; `place` names it in errors.
    init(_ tree: JSONTree, at place: String) throws(LocalError) {
        let version = tree["Version"]?.text ?? "2008-10-17"
        guard ["2012-10-17", "2008-10-17"].contains(version), let list = tree["Statement"] else {
            throw LocalError(
                .data, "\(place) in template.json holds a policy without Statement or of no known Version.")
        }
        var statements: [PolicyStatement] = []
        for statement in list.elements.isEmpty ? [list] : list.elements {
            statements.append(try PolicyStatement(statement, at: place))
        }
        self.statements = statements
        hasVariables = version == "2012-10-17"
    }

    /// What the policy of a principal says of a request.
    func verdict(on request: AccessRequest) -> PolicyStatement.Effect? {
        verdict(statements.filter { $0.applies(to: request, hasVariables: hasVariables) }.map(\.effect))
    }

    /// What the policy of a resource says of a request; an allowance for the whole account is none for its principals.
    func verdictOfResource(on request: AccessRequest) -> PolicyStatement.Effect? {
        let effects = statements.compactMap { statement -> PolicyStatement.Effect? in
            guard let match = statement.principal?.match(request.principal), match != .none,
                statement.effect == .deny || match == .itself,
                statement.applies(to: request, hasVariables: hasVariables)
            else { return nil }
            return statement.effect
        }
        return verdict(effects)
    }

    private func verdict(_ effects: [PolicyStatement.Effect]) -> PolicyStatement.Effect? {
        effects.contains(.deny) ? .deny : effects.first
    }
}
