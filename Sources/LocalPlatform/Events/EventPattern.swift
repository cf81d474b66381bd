/// The pattern of an EventBridge rule, compiled; what AWS would refuse is refused when it is loaded.
///
/// Semantics are those of AWS's own library (github.com/aws/event-ruler): a pattern is a list of alternatives, made by
/// `$or`, each of which names the paths of fields and what their values may be. Paths are joined by dots, so
/// `{"a": {"b": …}}` and `{"a.b": …}` are the same field, in patterns and in events.
package struct EventPattern: Sendable {
    /// What one alternative asks of one field.
    struct Field: Sendable {
        let path: String
        var matchers: [ValueMatcher]
    }

    /// Each with its fields in the order of their paths, which is the order in which the library looks at them.
    let alternatives: [[Field]]

    /// Compiles the pattern of the rule that is named.
    ///
    /// Throws `.configuration` with the place in the pattern where it is wrong.
    package init(_ tree: JSONTree, of rule: String) throws(LocalError) {
        alternatives = try PatternCompiler(rule: rule).compile(tree)
    }

    /// Whether the event, with its envelope, matches.
    package func matches(_ event: JSONTree) -> Bool {
        let event = FlatEvent(event)
        return alternatives.contains { Self.matches($0, event) }
    }

    /// Goes from field to field with the elements of arrays in which the values found so far stand.
    ///
    /// Two values that stand in different elements of one array never belong to one match.
    private static func matches(_ fields: [Field], _ event: FlatEvent) -> Bool {
        var found: Set<FlatEvent.Place> = [FlatEvent.Place()]
        for field in fields {
            let values = event.values[field.path] ?? []
            var next: Set<FlatEvent.Place> = []
            for place in found {
                var isThere = false
                for value in values {
                    guard let both = place.joined(with: value.place) else { continue }
                    isThere = true
                    if field.matchers.contains(where: { $0.matches(value.scalar) }) { next.insert(both) }
                }
                if !isThere, field.matchers.contains(where: \.wantsAbsence) { next.insert(place) }
            }
            if next.isEmpty { return false }
            found = next
        }
        return true
    }
}
