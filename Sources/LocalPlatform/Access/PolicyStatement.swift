/// One statement of a policy.
struct PolicyStatement: Sendable {
    enum Effect: String, Sendable {
        case allow = "Allow"
        case deny = "Deny"
    }

    let sid: String?
    let effect: Effect
    /// Actions with wildcards; `isNot` for `NotAction`.
    private(set) var actions: (patterns: [String], isNot: Bool)
    /// ARNs with wildcards; nil in a policy that has its resource from where it stands.
    private(set) var resources: (patterns: [String], isNot: Bool)?
    let principal: PolicyPrincipal?
    let conditions: [Condition]

    struct Condition: Sendable {
        let test: ConditionOperator
        let key: String
        let values: [String]
    }

    private static let members: Set<String> = [
        "Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource", "Sid",
    ]

    /// Reads a statement; `place` names its policy in errors.
    ///
    /// Throws `.data` for what is no statement, `.configuration` for an operator that is not known.
    init(_ tree: JSONTree, at place: String) throws(LocalError) {
        if let unknown = tree.members.first(where: { !Self.members.contains($0.name) }) {
            throw LocalError(.data, "A statement of \(place) in template.json has \(unknown.name), which none has.")
        }
        guard let effect = Effect(rawValue: tree["Effect"]?.text ?? ""),
            let actions = try Self.either("Action", of: tree, at: place)
        else { throw LocalError(.data, "A statement of \(place) in template.json has no Effect or no Action.") }
        sid = tree["Sid"]?.text
        self.effect = effect
        self.actions = actions
        resources = try Self.either("Resource", of: tree, at: place)
        principal = try PolicyPrincipal(tree, at: place)
        conditions = try Self.conditions(tree["Condition"] ?? .object([]), at: place)
    }

    /// A member or its negation; nil where there is neither.
    private static func either(
        _ member: String, of tree: JSONTree, at place: String
    ) throws(LocalError) -> (patterns: [String], isNot: Bool)? {
        let negation = "Not\(member)"
        switch (tree[member], tree[negation]) {
        case (nil, nil): return nil
        case (let value?, nil): return (try texts(value, member, place), false)
        case (nil, let value?): return (try texts(value, negation, place), true)
        default: throw LocalError(.data, "A statement of \(place) in template.json has \(member) and \(negation).")
        }
    }

    private static func texts(_ tree: JSONTree, _ member: String, _ place: String) throws(LocalError) -> [String] {
        let texts = tree.scalarText.map { [$0] } ?? tree.elements.compactMap(\.scalarText)
        guard !texts.isEmpty, tree.scalarText != nil || texts.count == tree.elements.count else {
            throw LocalError(.data, "\(member) of a statement of \(place) in template.json is no list of texts.")
        }
        return texts
    }

    private static func conditions(_ tree: JSONTree, at place: String) throws(LocalError) -> [Condition] {
        var conditions: [Condition] = []
        for block in tree.members {
            guard let test = ConditionOperator(block.name) else {
                throw LocalError(
                    .configuration,
                    "A statement of \(place) in template.json uses the operator \(block.name), "
                        + "which invoke-local does not know.")
            }
            for key in block.value.members {
                let values = try texts(key.value, key.name, place)
                conditions.append(Condition(test: test, key: key.name, values: values))
            }
        }
        return conditions
    }

    /// Whether the statement speaks about the request.
    func applies(to request: AccessRequest, hasVariables: Bool) -> Bool {
        guard names(request.action) else { return false }
        if let resources {
            let isResource = resources.patterns.contains {
                PolicyPattern($0, .resource, for: hasVariables ? request : nil)?.matches(request.resource) ?? false
            }
            guard isResource != resources.isNot else { return false }
        }
        return conditions.allSatisfy {
            $0.test.holds($0.key, wanted: $0.values, in: request, hasVariables: hasVariables)
        }
    }

    /// Whether it speaks of an action, whose case does not count.
    func names(_ action: String) -> Bool {
        let action = action.lowercased()
        let isNamed = actions.patterns.contains {
            PolicyPattern($0.lowercased(), .plain, for: nil)?.matches(action) ?? false
        }
        return isNamed != actions.isNot
    }

    /// Whether it speaks of a resource, but for what variables stand for.
    func covers(_ resource: String) -> Bool {
        guard let resources else { return true }
        return resources.isNot
            != resources.patterns.contains { PolicyPattern($0, .resource, for: nil)?.matches(resource) ?? false }
    }

    /// The statement taken apart: one action on one resource each; a negation stays whole.
    var parts: [PolicyStatement] {
        let ofActions = actions.isNot ? [actions] : actions.patterns.map { ([$0], false) }
        return ofActions.flatMap { action in
            guard let resources, !resources.isNot else { return [part(action, resources)] }
            return resources.patterns.map { part(action, ([$0], false)) }
        }
    }

    private func part(
        _ actions: (patterns: [String], isNot: Bool), _ resources: (patterns: [String], isNot: Bool)?
    ) -> PolicyStatement {
        var part = self
        part.actions = actions
        part.resources = resources
        return part
    }
}
