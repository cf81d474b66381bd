/// Which resources of a template wait for which: what CloudFormation finds out before it makes the first one.
///
/// Only what the conditions leave over counts: the chosen branch of an `Fn::If`, and resources whose condition holds.
struct TemplateGraph {
    private let values: TemplateValues

    init(_ values: TemplateValues) {
        self.values = values
    }

    /// Throws `.data` for a resource that waits for itself, for one that nobody makes, and for one that the conditions
    /// take away while another needs it.
    func check() throws(LocalError) {
        var edges: [String: [String]] = [:]
        for name in values.declaredNames {
            guard let resource = try values.resource(name) else { continue }
            try checkAttributes(of: resource, name)
            edges[name] =
                try references(in: resource["Properties"] ?? .null, at: name) + dependencies(of: resource, name)
        }
        try refuseCircles(edges)
    }

    private static let attributes: Set<String> = [
        "Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type", "UpdatePolicy",
        "UpdateReplacePolicy",
    ]

    private func checkAttributes(of resource: JSONTree, _ name: String) throws(LocalError) {
        guard resource["Type"]?.text?.isEmpty == false else {
            throw LocalError(.data, "The resource \(name) of template.json has no Type.")
        }
        if let unknown = resource.members.first(where: { !Self.attributes.contains($0.name) }) {
            throw LocalError(.data, "The resource \(name) of template.json has \(unknown.name), which no resource has.")
        }
    }

    /// `DependsOn`; one that the conditions take away is not waited for.
    private func dependencies(of resource: JSONTree, _ name: String) throws(LocalError) -> [String] {
        guard let value = resource["DependsOn"] else { return [] }
        let names = value.text.map { [$0] } ?? value.elements.compactMap(\.text)
        guard !names.isEmpty else { throw LocalError(.data, "DependsOn of \(name) in template.json names nothing.") }
        var active: [String] = []
        for other in names {
            guard values.declaredResource(other) != nil else {
                throw LocalError(.data, "\(name) of template.json depends on \"\(other)\", which is no resource.")
            }
            if try values.resource(other) != nil { active.append(other) }
        }
        return active
    }

    /// The resources that a value needs.
    func references(in tree: JSONTree, at name: String) throws(LocalError) -> [String] {
        switch tree {
        case .null, .bool, .number, .string: return []
        case .array(let elements):
            var found: [String] = []
            for element in elements { found += try references(in: element, at: name) }
            return found
        case .object(let members):
            if members.count == 1, let names = try reference(members[0], at: name) { return names }
            var found: [String] = []
            for member in members { found += try references(in: member.value, at: name) }
            return found
        }
    }

    /// What one intrinsic function needs; nil where its operands say it.
    private func reference(_ function: JSONTree.Member, at name: String) throws(LocalError) -> [String]? {
        switch function.name {
        case "Ref": return try needed(function.value.text, at: name)
        case "Fn::GetAtt":
            let owner =
                function.value.text.map { String($0.prefix { $0 != "." }) } ?? function.value.elements.first?.text
            return try needed(owner, at: name)
        case "Fn::Sub":
            let own = function.value.elements.dropFirst().first ?? .null
            var found = try references(in: own, at: name)
            for variable in Substitution.variables(function.value.text ?? function.value.elements.first?.text ?? "")
            where own[variable] == nil {
                found += try needed(String(variable.prefix { $0 != "." }), at: name)
            }
            return found
        case "Fn::If":
            let parts = function.value.elements
            guard parts.count == 3, let condition = parts[0].text else { return nil }
            return try references(in: try values.holds(condition: condition) ? parts[1] : parts[2], at: name)
        default: return nil
        }
    }

    private func needed(_ other: String?, at name: String) throws(LocalError) -> [String] {
        guard let other, !values.isFact(other) else { return [] }
        guard let resource = values.declaredResource(other) else {
            throw LocalError(
                .data, "\(name) of template.json refers to \"\(other)\", which is neither a parameter nor a resource.")
        }
        guard try values.resource(other) != nil else {
            let condition = resource["Condition"]?.text ?? ""
            throw LocalError(.data, "\(name) of template.json needs \(other), which \(condition) takes away.")
        }
        return [other]
    }

    private func refuseCircles(_ edges: [String: [String]]) throws(LocalError) {
        var finished: Set<String> = []
        for start in values.declaredNames where !finished.contains(start) {
            var path: [String] = []
            try visit(start, edges, &path, &finished)
        }
    }

    private func visit(
        _ name: String, _ edges: [String: [String]], _ path: inout [String], _ finished: inout Set<String>
    ) throws(LocalError) {
        if finished.contains(name) { return }
        if let start = path.firstIndex(of: name) {
            let circle = (path[start...] + [name]).joined(separator: " → ")
            throw LocalError(.data, "Resources of template.json depend on each other in a circle: \(circle).")
        }
        path.append(name)
        for other in edges[name] ?? [] { try visit(other, edges, &path, &finished) }
        path.removeLast()
        finished.insert(name)
    }
}
