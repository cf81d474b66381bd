/// Which conditions of a template hold.
struct TemplateConditions: Sendable {
    private let results: [String: Bool]

    /// Evaluates all of them; they may use parameters, mappings and each other, and nothing else.
    init(_ section: JSONTree?, _ facts: TemplateFacts) throws(LocalError) {
        var evaluation = Evaluation(section: section ?? .object([]), facts: facts)
        for condition in section?.members ?? [] { _ = try evaluation.holds(condition.name) }
        results = evaluation.results
    }

    /// Throws `.data` for a condition that the template does not declare.
    func holds(_ name: String) throws(LocalError) -> Bool {
        guard let result = results[name] else { throw Self.undeclared(name) }
        return result
    }

    private static func undeclared(_ name: String) -> LocalError {
        LocalError(.data, "The template uses the condition \"\(name)\", which it does not declare.")
    }

    /// Evaluates conditions, and what rules assert of parameters.
    struct Evaluation {
        let section: JSONTree
        let facts: TemplateFacts
        /// Whether the functions that only rules have are known.
        var isRule = false
        var results: [String: Bool] = [:]
        /// Conditions that wait for one another.
        var path: [String] = []

        init(section: JSONTree, facts: TemplateFacts, isRule: Bool = false) {
            self.section = section
            self.facts = facts
            self.isRule = isRule
        }

        mutating func holds(_ name: String) throws(LocalError) -> Bool {
            if let known = results[name] { return known }
            guard let condition = section[name] else { throw TemplateConditions.undeclared(name) }
            guard !path.contains(name) else {
                let circle = (path + [name]).joined(separator: " → ")
                throw LocalError(.data, "Conditions of the template are circular: \(circle).")
            }
            path.append(name)
            let result = try evaluate(condition, of: name)
            path.removeLast()
            results[name] = result
            return result
        }

        mutating func evaluate(_ condition: JSONTree, of name: String) throws(LocalError) -> Bool {
            guard condition.members.count == 1, let function = condition.members.first else {
                throw LocalError(.data, "The condition \"\(name)\" of the template is no condition.")
            }
            let operands = function.value.elements
            switch function.name {
            case "Condition": return try holds(function.value.text ?? "")
            case "Fn::Equals":
                guard operands.count == 2 else { throw malformed(function.name, name) }
                return try value(operands[0], name) == value(operands[1], name)
            case "Fn::Not":
                guard operands.count == 1 else { throw malformed(function.name, name) }
                return try !evaluate(operands[0], of: name)
            case "Fn::And", "Fn::Or":
                guard (2...10).contains(operands.count) else { throw malformed(function.name, name) }
                var results: [Bool] = []
                for operand in operands { results.append(try evaluate(operand, of: name)) }
                return function.name == "Fn::And" ? !results.contains(false) : results.contains(true)
            case "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn":
                guard isRule else { fallthrough }
                return try membership(function.name, operands, name)
            default:
                throw LocalError(
                    .configuration,
                    "The condition \"\(name)\" uses \(function.name), which invoke-local does not know.")
            }
        }

        /// The functions of rules that ask what is in a list (CloudFormation template reference, "Rule functions").
        private func membership(_ function: String, _ operands: [JSONTree], _ name: String) throws(LocalError) -> Bool {
            guard operands.count == 2 else { throw malformed(function, name) }
            let list = try value(operands[0], name).elements
            let other = try value(operands[1], name)
            return switch function {
            case "Fn::Contains": list.contains(other)
            case "Fn::EachMemberEquals": list.allSatisfy { $0 == other }
            default: list.allSatisfy(other.elements.contains)
            }
        }

        /// Scalars are compared as texts: `0` and `"0"` are the same.
        private func value(_ operand: JSONTree, _ name: String) throws(LocalError) -> JSONTree {
            let value = try Intrinsics(values: facts).resolve(operand, at: "the condition \(name)") ?? .null
            return value.scalarText.map { .string($0) } ?? value
        }

        private func malformed(_ function: String, _ name: String) -> LocalError {
            LocalError(.data, "The condition \"\(name)\" of the template has a malformed \(function).")
        }
    }
}
