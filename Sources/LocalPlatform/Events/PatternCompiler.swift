/// Turns a rule's pattern into alternatives of fields, and says where and why it cannot.
///
/// Refuses what event-ruler's `JsonRuleCompiler` refuses.
struct PatternCompiler {
    let rule: String

    /// EventBridge takes patterns of at most that many bytes (API reference, `PutRule`).
    private static let maximumBytes = 4096
    private static let maximumDepth = 64
    /// EventBridge takes at most that many combinations of alternatives (user guide, "Using OR matching").
    private static let maximumAlternatives = 1000

    /// Names that stand for operators, which no field inside `$or` may have.
    private static let reservedInAlternatives: Set<String> = [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-on-or-after",
        "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
    ]

    /// Fields by their path; of two with the same one the later counts.
    typealias Alternative = [String: [ValueMatcher]]

    /// Where in the pattern something stands.
    private struct Place {
        /// As people read it: `/detail/state`.
        var shown = ""
        /// As fields are named: `detail.state`.
        var path = ""
        var depth = 0
        var isInAlternative = false

        func entering(_ name: String) -> Place {
            var inner = self
            inner.shown += "/\(name)"
            inner.path = path.isEmpty ? name : "\(path).\(name)"
            inner.depth += 1
            return inner
        }
    }

    func compile(_ tree: JSONTree) throws(LocalError) -> [[EventPattern.Field]] {
        guard tree.compactText.utf8.count <= Self.maximumBytes else {
            throw refused("it has more than \(Self.maximumBytes) bytes")
        }
        var alternatives: [Alternative] = [[:]]
        try object(tree, at: Place(), into: &alternatives)
        return alternatives.map { alternative in
            alternative.map { EventPattern.Field(path: $0.key, matchers: $0.value) }
                .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }
    }

    private func object(_ tree: JSONTree, at place: Place, into alternatives: inout [Alternative]) throws(LocalError) {
        let shown = place.shown.isEmpty ? "the pattern" : place.shown
        guard case .object(let members) = tree, !members.isEmpty else {
            throw refused("\(shown) must be an object with at least one member")
        }
        guard place.depth < Self.maximumDepth else { throw refused("\(shown) stands too deep") }
        for member in members {
            if member.name == "$or" {
                try branch(member.value, at: place, into: &alternatives)
                continue
            }
            let inner = place.entering(member.name)
            guard !place.isInAlternative || !Self.reservedInAlternatives.contains(member.name) else {
                throw refused("\(inner.shown) has a name that is reserved inside $or")
            }
            try field(member.value, at: inner, into: &alternatives)
        }
    }

    private func field(_ tree: JSONTree, at place: Place, into alternatives: inout [Alternative]) throws(LocalError) {
        switch tree {
        case .object: try object(tree, at: place, into: &alternatives)
        case .array(let elements) where !elements.isEmpty:
            let operators = PatternOperators(rule: rule, place: place.shown)
            var matchers: [ValueMatcher] = []
            for element in elements { matchers.append(try operators.matcher(element)) }
            for index in alternatives.indices { alternatives[index][place.path] = matchers }
        default: throw refused("\(place.shown) must be an object or a list that is not empty")
        }
    }

    /// Each alternative so far goes on in as many ways as `$or` has members.
    private func branch(_ tree: JSONTree, at place: Place, into alternatives: inout [Alternative]) throws(LocalError) {
        let shown = "\(place.shown)/$or"
        guard case .array(let elements) = tree, elements.count >= 2 else {
            throw refused("\(shown) needs at least two alternatives")
        }
        var branches: [Alternative] = []
        for (index, element) in elements.enumerated() {
            var inner = place
            inner.shown = "\(shown)/\(index)"
            inner.depth += 1
            inner.isInAlternative = true
            var branch = alternatives
            try object(element, at: inner, into: &branch)
            branches += branch
            guard branches.count <= Self.maximumAlternatives else {
                throw refused("\(shown) makes more than \(Self.maximumAlternatives) alternatives")
            }
        }
        alternatives = branches
    }

    private func refused(_ reason: String) -> LocalError {
        PatternOperators.refused(rule, reason)
    }
}
