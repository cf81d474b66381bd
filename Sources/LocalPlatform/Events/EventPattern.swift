/// The pattern of an EventBridge rule, compiled; an operator that it does not know is refused, never skipped.
///
/// Semantics are those of AWS's own library (github.com/aws/event-ruler). Known: exact values, `prefix`, `suffix`,
/// `equals-ignore-case`, `anything-but`, `exists`, `numeric`, `$or`. Member names with a dot are refused, because
/// there they stand for a path as well.
package struct EventPattern: Sendable {
    private let root: Node

    /// Fields that must all match, and groups of alternatives of which one each must.
    struct Node: Sendable {
        var fields: [(name: String, pattern: Field)] = []
        var alternatives: [[Node]] = []
    }

    indirect enum Field: Sendable {
        case nested(Node)
        case anyOf([ValueMatcher])
    }

    /// Compiles the pattern of the rule that is named.
    package init(_ tree: JSONTree, of rule: String) throws(LocalError) {
        root = try PatternCompiler(rule: rule).node(tree, at: "", depth: 0)
    }

    /// Whether the event matches.
    package func matches(_ event: JSONTree) -> Bool {
        Self.matches(root, event)
    }

    private static func matches(_ node: Node, _ value: JSONTree?) -> Bool {
        node.fields.allSatisfy { matches($0.pattern, value?[$0.name]) }
            && node.alternatives.allSatisfy { group in group.contains { matches($0, value) } }
    }

    private static func matches(_ field: Field, _ value: JSONTree?) -> Bool {
        switch field {
        case .anyOf(let matchers):
            let leaves = value.map(leaves) ?? []
            return matchers.contains { $0.matches(leaves) }
        case .nested(let node):
            // Fields of one pattern must be found in the same element of an array.
            let candidates = value.map(objects) ?? []
            return candidates.isEmpty ? matches(node, nil) : candidates.contains { matches(node, $0) }
        }
    }

    /// The scalars that stand at a field; arrays, nested ones too, are taken apart.
    private static func leaves(_ value: JSONTree) -> [JSONTree] {
        switch value {
        case .array(let elements): elements.flatMap(leaves)
        case .object: []
        default: [value]
        }
    }

    private static func objects(_ value: JSONTree) -> [JSONTree] {
        switch value {
        case .array(let elements): elements.flatMap(objects)
        case .object: [value]
        default: []
        }
    }
}
