/// One alternative in a field's list of a pattern.
indirect enum ValueMatcher: Sendable {
    case exact(JSONTree)
    case prefix(String, ignoringCase: Bool)
    case suffix(String, ignoringCase: Bool)
    case equalsIgnoringCase(String)
    case anythingBut([ValueMatcher])
    case exists(Bool)
    case numeric([Comparison])

    struct Comparison: Sendable {
        let symbol: String
        let bound: Double

        func holds(_ number: Double) -> Bool {
            switch symbol {
            case "<": number < bound
            case "<=": number <= bound
            case ">": number > bound
            case ">=": number >= bound
            default: number == bound
            }
        }
    }

    /// Whether one of the scalars found at the field matches; none was found when the field is absent.
    func matches(_ leaves: [JSONTree]) -> Bool {
        if case .exists(let wanted) = self { return wanted != leaves.isEmpty }
        return leaves.contains { matches($0) }
    }

    private func matches(_ leaf: JSONTree) -> Bool {
        switch self {
        case .exists: return false
        case .exact(let wanted): return Self.equal(wanted, leaf)
        case .anythingBut(let excluded): return !excluded.contains { $0.matches(leaf) }
        case .prefix(let wanted, let ignoringCase):
            return Self.fold(leaf.text, ignoringCase)?.hasPrefix(wanted) ?? false
        case .suffix(let wanted, let ignoringCase):
            return Self.fold(leaf.text, ignoringCase)?.hasSuffix(wanted) ?? false
        case .equalsIgnoringCase(let wanted): return leaf.text?.lowercased() == wanted
        case .numeric(let comparisons):
            guard case .number(let text) = leaf, let number = Double(text) else { return false }
            return comparisons.allSatisfy { $0.holds(number) }
        }
    }

    private static func fold(_ text: String?, _ ignoringCase: Bool) -> String? {
        ignoringCase ? text?.lowercased() : text
    }

    /// Numbers are equal when their values are (300 and 3.0e2); a number never equals a text.
    private static func equal(_ wanted: JSONTree, _ leaf: JSONTree) -> Bool {
        guard case .number(let left) = wanted, case .number(let right) = leaf else { return wanted == leaf }
        return Double(left) == Double(right)
    }
}
