/// Turns a rule's pattern into matchers, and says where and why it cannot.
struct PatternCompiler {
    let rule: String

    func node(_ tree: JSONTree, at path: String, depth: Int) throws(LocalError) -> EventPattern.Node {
        guard case .object(let members) = tree, !members.isEmpty, depth < 32 else {
            throw refused("\(place(path)) must be an object with at least one member")
        }
        var node = EventPattern.Node()
        for member in members {
            let memberPath = "\(path)/\(member.name)"
            if member.name == "$or" {
                node.alternatives.append(try alternatives(member.value, at: memberPath, depth: depth))
                continue
            }
            guard !member.name.contains(".") else { throw refused("\(memberPath) has a dot in its name") }
            node.fields.append((member.name, try field(member.value, at: memberPath, depth: depth)))
        }
        return node
    }

    private func alternatives(
        _ tree: JSONTree, at path: String, depth: Int
    ) throws(LocalError) -> [EventPattern.Node] {
        guard tree.elements.count >= 2 else { throw refused("\(path) needs at least two alternatives") }
        var nodes: [EventPattern.Node] = []
        for element in tree.elements { nodes.append(try node(element, at: path, depth: depth + 1)) }
        return nodes
    }

    private func field(_ tree: JSONTree, at path: String, depth: Int) throws(LocalError) -> EventPattern.Field {
        switch tree {
        case .object: return .nested(try node(tree, at: path, depth: depth + 1))
        case .array(let elements) where !elements.isEmpty:
            var matchers: [ValueMatcher] = []
            for element in elements { matchers.append(try matcher(element, at: path)) }
            return .anyOf(matchers)
        default: throw refused("\(path) must be an object or a list that is not empty")
        }
    }

    private func matcher(_ tree: JSONTree, at path: String) throws(LocalError) -> ValueMatcher {
        switch tree {
        case .array: throw refused("\(path) has a list inside its list")
        case .object(let members):
            guard members.count == 1, let member = members.first else {
                throw refused("\(path) has an operator object without exactly one member")
            }
            return try operation(member.name, member.value, at: path)
        default: return .exact(tree)
        }
    }

    private func operation(_ name: String, _ operand: JSONTree, at path: String) throws(LocalError) -> ValueMatcher {
        switch (name, operand) {
        case ("exists", .bool(let wanted)): return .exists(wanted)
        case ("numeric", .array(let terms)): return .numeric(try comparisons(terms, at: path))
        case ("anything-but", _): return .anythingBut(try exclusions(operand, at: path))
        case ("prefix", _), ("suffix", _), ("equals-ignore-case", _):
            return try textOperation(name, operand, at: path)
        case ("exists", _), ("numeric", _): throw refused("\(path) has a malformed operand of \(name)")
        default: throw refused("\(path) uses the operator \"\(name)\", which invoke-local does not know")
        }
    }

    private func textOperation(
        _ name: String, _ operand: JSONTree, at path: String
    ) throws(LocalError) -> ValueMatcher {
        let folded = name == "equals-ignore-case" ? nil : operand["equals-ignore-case"]?.text?.lowercased()
        guard let text = operand.text ?? folded else { throw refused("\(path) has a malformed operand of \(name)") }
        switch name {
        case "prefix": return .prefix(text, ignoringCase: folded != nil)
        case "suffix": return .suffix(text, ignoringCase: folded != nil)
        default: return .equalsIgnoringCase(text.lowercased())
        }
    }

    /// What `anything-but` excludes: values, or one operator with a text or a list of texts.
    private func exclusions(_ operand: JSONTree, at path: String) throws(LocalError) -> [ValueMatcher] {
        switch operand {
        case .string, .number: return [.exact(operand)]
        case .array(let values) where !values.isEmpty && values.allSatisfy(isTextOrNumber):
            return values.map { .exact($0) }
        case .object(let members):
            guard members.count == 1, let member = members.first,
                ["prefix", "suffix", "equals-ignore-case"].contains(member.name)
            else { break }
            let texts = member.value.elements.isEmpty ? [member.value] : member.value.elements
            var matchers: [ValueMatcher] = []
            for text in texts { matchers.append(try textOperation(member.name, text, at: path)) }
            return matchers
        default: break
        }
        throw refused("\(path) has an operand of anything-but that invoke-local does not know")
    }

    private func isTextOrNumber(_ tree: JSONTree) -> Bool {
        switch tree {
        case .string, .number: true
        default: false
        }
    }

    /// `["=", 5]`, `["<", 5]`, `[">", 0, "<=", 5]`; a range must not be empty.
    private func comparisons(_ terms: [JSONTree], at path: String) throws(LocalError) -> [ValueMatcher.Comparison] {
        var comparisons: [ValueMatcher.Comparison] = []
        for index in stride(from: 0, to: terms.count - 1, by: 2) {
            guard let symbol = terms[index].text, ["=", "<", "<=", ">", ">="].contains(symbol),
                case .number(let text) = terms[index + 1], let bound = Double(text)
            else { throw refused("\(path) has a malformed numeric comparison") }
            comparisons.append(.init(symbol: symbol, bound: bound))
        }
        let isRange =
            comparisons.count == 2 && comparisons[0].symbol.hasPrefix(">") && comparisons[1].symbol.hasPrefix("<")
            && comparisons[0].bound < comparisons[1].bound
        guard terms.count == comparisons.count * 2, comparisons.count == 1 || isRange else {
            throw refused("\(path) has a numeric comparison that is empty or no range")
        }
        return comparisons
    }

    private func place(_ path: String) -> String {
        path.isEmpty ? "the pattern" : path
    }

    private func refused(_ reason: String) -> LocalError {
        LocalError(.configuration, "The pattern of the rule \(rule) is refused: \(reason).")
    }
}
