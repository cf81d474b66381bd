internal import Codecs

/// Replaces a template's intrinsic functions by what they stand for.
///
/// Knows all that CloudFormation has without a transform, but for `Fn::ImportValue`, whose other stack does not exist
/// here, and `Fn::Transform`; those are refused by name.
struct Intrinsics<Values: IntrinsicValues> {
    let values: Values

    /// The value with everything resolved; nil when it is `AWS::NoValue`.
    ///
    /// `path` names the place in errors.
    func resolve(_ tree: JSONTree, at path: String) throws(LocalError) -> JSONTree? {
        switch tree {
        case .null, .bool, .number: return tree
        case .string(let text): return .string(try DynamicReference.replaced(in: text, at: path))
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
        case "Fn::Sub": return .string(try DynamicReference.replaced(in: try substitute(operand, path), at: path))
        case "Fn::If": return try choose(operand, path)
        case "Fn::Join": return try join(operand, path)
        case "Fn::Select": return try select(operand, path)
        case "Fn::Split": return try split(operand, path)
        case "Fn::FindInMap": return try find(operand, path)
        case "Fn::Base64": return .string(Base64.encode(Array(try argument(operand, function, path).utf8)))
        case "Fn::Cidr": return .array(try blocks(operand, path).map { .string($0) })
        case "Fn::GetAZs": return .array(try zones(operand, path))
        default:
            let reason = UnknownFunction.reason(function)
            throw LocalError(.configuration, "template.json uses \(function) at \(path), which \(reason).")
        }
    }

    private func attribute(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree {
        if let text = operand.text {
            let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw malformed("Fn::GetAtt", path) }
            return try values.attribute(parts[1], of: parts[0])
        }
        guard operand.elements.count == 2, let owner = operand.elements[0].text else {
            throw malformed("Fn::GetAtt", path)
        }
        return try values.attribute(try argument(operand.elements[1], "Fn::GetAtt", path), of: owner)
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
        guard operand.elements.count == 2, let index = Int(try argument(operand.elements[0], "Fn::Select", path)),
            case .array(let list)? = try resolve(operand.elements[1], at: path), list.indices.contains(index)
        else { throw malformed("Fn::Select", path) }
        return list[index]
    }

    private func split(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree {
        guard operand.elements.count == 2, let separator = operand.elements[0].text, !separator.isEmpty else {
            throw malformed("Fn::Split", path)
        }
        let text = try argument(operand.elements[1], "Fn::Split", path)
        return .array(
            text.split(separator: separator, omittingEmptySubsequences: false).map { .string(String($0)) })
    }

    private func find(_ operand: JSONTree, _ path: String) throws(LocalError) -> JSONTree {
        guard operand.elements.count == 3 else { throw malformed("Fn::FindInMap", path) }
        var keys: [String] = []
        for key in operand.elements { keys.append(try argument(key, "Fn::FindInMap", path)) }
        return try values.mapped(keys[0], keys[1], keys[2])
    }

    private func blocks(_ operand: JSONTree, _ path: String) throws(LocalError) -> [String] {
        var texts: [String] = []
        for element in operand.elements { texts.append(try argument(element, "Fn::Cidr", path)) }
        // Without a mask a block has 256 addresses.
        guard (2...3).contains(texts.count), let count = Int(texts[1]),
            let bits = texts.count == 3 ? Int(texts[2]) : 8, let block = AddressBlock(texts[0]),
            let parts = block.parts(count: count, hostBits: bits)
        else { throw malformed("Fn::Cidr", path) }
        return parts
    }

    /// Three zones, as many as the smallest regions have.
    private func zones(_ operand: JSONTree, _ path: String) throws(LocalError) -> [JSONTree] {
        let asked = try argument(operand, "Fn::GetAZs", path)
        let region = asked.isEmpty ? TemplateValues.pseudoParameters["AWS::Region"] ?? "" : asked
        return ["a", "b", "c"].map { .string(region + $0) }
    }

    /// `Fn::Sub`: `${Name}`, `${Resource.Attribute}`, `${!Literal}`, and the map of its second form.
    private func substitute(_ operand: JSONTree, _ path: String) throws(LocalError) -> String {
        guard let pattern = operand.text ?? operand.elements.first?.text, let parts = Substitution(pattern)?.parts,
            operand.elements.count <= 2
        else { throw malformed("Fn::Sub", path) }
        let own = operand.elements.count == 2 ? operand.elements[1] : .null
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .variable(let name): result += try variable(name, own: own, path)
            }
        }
        return result
    }

    private func variable(_ name: String, own: JSONTree, _ path: String) throws(LocalError) -> String {
        if let value = own[name] { return try argument(value, "Fn::Sub", path) }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        let value = parts.count == 2 ? try values.attribute(parts[1], of: parts[0]) : try values.reference(name)
        return try text(value ?? .null, "Fn::Sub", path)
    }

    /// An operand that is a text once it is resolved.
    private func argument(_ tree: JSONTree, _ function: String, _ path: String) throws(LocalError) -> String {
        try text(try resolve(tree, at: path) ?? .null, function, path)
    }

    private func text(_ tree: JSONTree, _ function: String, _ path: String) throws(LocalError) -> String {
        guard let text = tree.scalarText else { throw malformed(function, path) }
        return text
    }

    private func malformed(_ function: String, _ path: String) -> LocalError {
        LocalError(.data, "template.json has a malformed \(function) at \(path).")
    }
}

/// Functions that are refused, each with its reason.
private enum UnknownFunction {
    static func reason(_ function: String) -> String {
        switch function {
        case "Fn::ImportValue": "takes the output of another stack; there is none here"
        case "Fn::Transform": "asks a macro in AWS to write a part of the template; there is none here"
        case "Fn::ForEach", "Fn::Length", "Fn::ToJsonString": "needs the transform AWS::LanguageExtensions"
        case "Fn::And", "Fn::Contains", "Fn::Equals", "Fn::Not", "Fn::Or": "belongs into Conditions"
        default: "invoke-local does not know"
        }
    }
}
