internal import StrictJSON

extension JSONTree {
    /// The value on several lines, for people: what fits in 100 columns stays on one.
    package func pretty(indentation: Int = 0) -> String {
        let line = Self.line(self)
        guard line.utf8.count + indentation > 100 else { return line }
        let inner = String(repeating: " ", count: indentation + 2)
        let outer = String(repeating: " ", count: indentation)
        switch self {
        case .array(let elements):
            let lines = elements.map { inner + $0.pretty(indentation: indentation + 2) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .object(let members):
            let lines = members.map { member in
                "\(inner)\(JSONWriter.quote(member.name)): \(member.value.pretty(indentation: indentation + 2))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        default: return line
        }
    }

    private static func line(_ tree: JSONTree) -> String {
        switch tree {
        case .array(let elements): "[\(elements.map(line).joined(separator: ", "))]"
        case .object(let members):
            members.isEmpty
                ? "{}"
                : "{ \(members.map { "\(JSONWriter.quote($0.name)): \(line($0.value))" }.joined(separator: ", ")) }"
        case .string(let text): JSONWriter.quote(text)
        case .null, .bool, .number: tree.scalarText ?? "null"
        }
    }
}
