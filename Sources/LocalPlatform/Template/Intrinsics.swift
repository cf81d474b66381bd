/// Replaces a template's intrinsic functions by what they stand for.
///
/// Knows `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`, `Fn::Join`, `Fn::Select` and refuses the others by name.
struct Intrinsics {
    let values: TemplateValues

    /// What a dynamic reference (`{{resolve:…}}`) stands for locally: the secret itself stays in AWS.
    static let localSecret = "local"

    /// The value with everything resolved; nil when it is `AWS::NoValue`.
    ///
    /// `path` names the place in errors.
    func resolve(_ tree: JSONTree, at path: String) throws(LocalError) -> JSONTree? {
        switch tree {
        case .null, .bool, .number: return tree
        case .string(let text): return .string(withoutDynamicReferences(text))
        case .array(let elements):
            var resolved: [JSONTree] = []
            for element in elements {
                if let value = try resolve(element, at: path) { resolved.append(value) }
            }
            return .array(resolved)
        case .object(let members):
            if members.count == 1, let function = members.first,
                function.name == "Ref" || function.name.hasPrefix("Fn::")
            {
                return try apply(function.name, to: function.value, at: path)
            }
            return .object(try resolve(members, at: path))
        }
    }

    private func resolve(_ members: [JSONTree.Member], at path: String) throws(LocalError) -> [JSONTree.Member] {
        var resolved: [JSONTree.Member] = []
        for member in members {
            guard let value = try resolve(member.value, at: "\(path)/\(member.name)") else { continue }
            resolved.append(JSONTree.Member(name: member.name, value: value))
        }
        return resolved
    }

    private func apply(_ function: String, to operand: JSONTree, at path: String) throws(LocalError) -> JSONTree? {
        switch function {
        case "Ref": return try values.reference(try text(operand, function, path))
        case "Fn::GetAtt": return try attribute(operand, path)
        case "Fn::Sub": return .string(withoutDynamicReferences(try substitute(operand, path)))
        case "Fn::If": return try choose(operand, path)
        case "Fn::Join": return try join(operand, path)
        case "Fn::Select": return try select(operand, path)
        default:
            throw LocalError(
                .configuration, "template.json uses \(function) at \(path); invoke-local does not know this function.")
        }
    }

    private func attribute(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree {
        let parts =
            operand.text.map { $0.split(separator: ".", maxSplits: 1).map(String.init) }
            ?? operand.elements.compactMap(\.text)
        guard parts.count == 2 else { throw malformed("Fn::GetAtt", path) }
        return try values.attribute(parts[1], of: parts[0])
    }

    private func choose(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree? {
        let parts = operand.elements
        guard parts.count == 3, let condition = parts[0].text else { throw malformed("Fn::If", path) }
        return try resolve(try values.holds(condition: condition) ? parts[1] : parts[2], at: path)
    }

    private func join(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree {
        guard operand.elements.count == 2, let separator = operand.elements[0].text,
            case .array(let parts)? = try resolve(operand.elements[1], at: path)
        else { throw malformed("Fn::Join", path) }
        var texts: [String] = []
        for part in parts { texts.append(try text(part, "Fn::Join", path)) }
        return .string(texts.joined(separator: separator))
    }

    private func select(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree {
        guard operand.elements.count == 2,
            let index = try resolve(operand.elements[0], at: path)?.scalarText.flatMap({ Int($0) }),
            case .array(let list)? = try resolve(operand.elements[1], at: path), list.indices.contains(index)
        else { throw malformed("Fn::Select", path) }
        return list[index]
    }

    /// `Fn::Sub`: `${Name}`, `${Resource.Attribute}`, `${!Literal}`, and the map of its second form.
    private func substitute(_ operand: JSONTree, _ path: String) throws(LocalError) -> String {
        guard let pattern = operand.text ?? operand.elements.first?.text else { throw malformed("Fn::Sub", path) }
        let own = operand.elements.count == 2 ? operand.elements[1] : .null
        var result = ""
        var rest = Substring(pattern)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { throw malformed("Fn::Sub", path) }
            result += try variable(String(rest[..<end]), own: own, path)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func variable(_ name: String, own: JSONTree, _ path: String) throws(LocalError) -> String {
        if name.hasPrefix("!") { return "${\(name.dropFirst())}" }
        if let value = own[name] { return try text(try resolve(value, at: path) ?? .null, "Fn::Sub", path) }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        let value = parts.count == 2 ? try values.attribute(parts[1], of: parts[0]) : try values.reference(name)
        return try text(value ?? .null, "Fn::Sub", path)
    }

    private func withoutDynamicReferences(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "{{resolve:"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            result += rest[..<start.lowerBound] + Self.localSecret
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private func text(_ tree: JSONTree, _ function: String, _ path: String) throws(LocalError) -> String {
        guard let text = tree.scalarText else { throw malformed(function, path) }
        return text
    }

    private func malformed(_ function: String, _ path: String) -> LocalError {
        LocalError(.data, "template.json has a malformed \(function) at \(path).")
    }
}
