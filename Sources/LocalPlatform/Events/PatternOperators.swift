/// Reads one element of a field's list in a pattern: a value, or an object with one operator.
struct PatternOperators {
    let rule: String
    /// Where the field stands in the pattern.
    let place: String

    func matcher(_ tree: JSONTree) throws(LocalError) -> ValueMatcher {
        switch tree {
        case .array: throw refused("has a list inside its list")
        case .object(let members):
            guard members.count == 1, let member = members.first else {
                throw refused("has an operator object without exactly one member")
            }
            return try operation(member.name, member.value)
        case .string(let text):
            // An address is compared as one, so that ::1 is 0:0:0:0:0:0:0:1 (event-ruler, `CIDR.ipToRangeIfPossible`).
            if let address = InternetAddress(Array(text.utf8)) { return .addresses(AddressRange(address)) }
            return .text(Array(text.utf8))
        case .number(let text): return .number(text)
        case .bool, .null: return .literal(tree)
        }
    }

    private func operation(_ name: String, _ operand: JSONTree) throws(LocalError) -> ValueMatcher {
        switch name {
        case "exactly": return .text(Array(try text(operand, name).utf8))
        case "exists":
            guard case .bool(let wanted) = operand else { throw malformed(name) }
            return .exists(wanted)
        case "numeric": return .numeric(try range(operand.elements))
        case "anything-but": return .anythingBut(try exclusions(operand))
        case "prefix", "suffix": return try part(name, operand)
        case "equals-ignore-case": return .folded(CaseVariants(try text(operand, name)), .whole)
        case "wildcard": return .wildcard(try wildcard(operand, name))
        case "cidr":
            guard let range = AddressRange(block: try text(operand, name)) else { throw malformed(name) }
            return .addresses(range)
        default: throw refused("uses the operator \"\(name)\", which EventBridge does not have")
        }
    }

    /// A text, or `{"equals-ignore-case": text}`.
    private func part(_ name: String, _ operand: JSONTree) throws(LocalError) -> ValueMatcher {
        if case .object(let members) = operand {
            guard members.count == 1, members[0].name == "equals-ignore-case" else { throw malformed(name) }
            return .folded(CaseVariants(try text(members[0].value, name)), name == "prefix" ? .start : .end)
        }
        let bytes = Array(try text(operand, name).utf8)
        return name == "prefix" ? .prefix(bytes) : .suffix(bytes)
    }

    private func wildcard(_ operand: JSONTree, _ name: String) throws(LocalError) -> WildcardPattern {
        guard let pattern = WildcardPattern(try text(operand, name)) else {
            throw refused("has a wildcard with ** or with a backslash before another character than * and \\")
        }
        return pattern
    }

    /// What `anything-but` leaves out: a value, a list of texts or of numbers, or one operator with a text or a list.
    private func exclusions(_ operand: JSONTree) throws(LocalError) -> [ValueMatcher] {
        switch operand {
        case .string(let text): return [.text(Array(text.utf8))]
        case .number(let text): return [try comparable(text)]
        case .array(let values): return try exclusions(values)
        case .object(let members) where members.count == 1:
            let values = if case .array(let elements) = members[0].value { elements } else { [members[0].value] }
            var matchers: [ValueMatcher] = []
            for value in values { matchers.append(try exclusion(members[0].name, value)) }
            guard !matchers.isEmpty else { break }
            return matchers
        default: break
        }
        throw malformed("anything-but")
    }

    private func exclusions(_ values: [JSONTree]) throws(LocalError) -> [ValueMatcher] {
        var matchers: [ValueMatcher] = []
        var texts = 0
        for value in values {
            switch value {
            case .string(let text):
                texts += 1
                matchers.append(.text(Array(text.utf8)))
            case .number(let text): matchers.append(try comparable(text))
            default: throw malformed("anything-but")
            }
        }
        guard !values.isEmpty, texts == 0 || texts == values.count else { throw malformed("anything-but") }
        return matchers
    }

    private func exclusion(_ name: String, _ value: JSONTree) throws(LocalError) -> ValueMatcher {
        let text = try text(value, "anything-but")
        switch name {
        case "prefix" where !text.isEmpty: return .prefix(Array(text.utf8))
        case "suffix" where !text.isEmpty: return .suffix(Array(text.utf8))
        case "equals-ignore-case": return .folded(CaseVariants(text), .whole)
        case "wildcard": return .wildcard(try wildcard(value, "anything-but"))
        default: throw malformed("anything-but")
        }
    }

    private func comparable(_ text: String) throws(LocalError) -> ValueMatcher {
        guard NumericRange.comparable(text) != nil else {
            throw refused("has a number that is not between -5e9 and 5e9")
        }
        return .number(text)
    }

    /// `["=", 5]`, `["<", 5]`, `[">", 0, "<=", 5]`; a range must not be empty.
    private func range(_ terms: [JSONTree]) throws(LocalError) -> NumericRange {
        guard terms.count == 2 || terms.count == 4 else { throw malformed("numeric") }
        let (symbol, value) = try comparison(terms[0], terms[1])
        let bound = NumericRange.Bound(value: value, isOpen: symbol == ">" || symbol == "<")
        if terms.count == 2 {
            switch symbol {
            case "=": return NumericRange(bottom: bound, top: bound)
            case ">", ">=": return NumericRange(bottom: bound, top: NumericRange.highest)
            default: return NumericRange(bottom: NumericRange.lowest, top: bound)
            }
        }
        let (end, last) = try comparison(terms[2], terms[3])
        guard symbol == ">" || symbol == ">=", end == "<" || end == "<=", value < last else {
            throw refused("has a numeric comparison that is empty or no range")
        }
        return NumericRange(bottom: bound, top: NumericRange.Bound(value: last, isOpen: end == "<"))
    }

    private func comparison(_ symbol: JSONTree, _ bound: JSONTree) throws(LocalError) -> (String, Double) {
        guard let symbol = symbol.text, ["=", "<", "<=", ">", ">="].contains(symbol), case .number(let text) = bound,
            let value = NumericRange.comparable(text)
        else { throw refused("has a malformed numeric comparison") }
        return (symbol, value)
    }

    private func text(_ operand: JSONTree, _ name: String) throws(LocalError) -> String {
        guard let text = operand.text else { throw malformed(name) }
        return text
    }

    private func malformed(_ name: String) -> LocalError {
        refused("has a malformed operand of \(name)")
    }

    private func refused(_ reason: String) -> LocalError {
        Self.refused(rule, "\(place) \(reason)")
    }

    static func refused(_ rule: String, _ reason: String) -> LocalError {
        LocalError(.configuration, "The pattern of the rule \(rule) is refused: \(reason).")
    }
}
