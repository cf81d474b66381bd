/// The values that a template's `Ref`, conditions and pseudo parameters stand for on this machine.
struct TemplateValues: Sendable {
    private let tree: JSONTree
    private let parameters: [String: JSONTree]

    /// What stands in for the account, the region and the stack that do not exist locally.
    static let pseudoParameters: [String: String] = [
        "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "us-east-1",
        "AWS::StackName": "nerdwork", "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/nerdwork/local",
    ]

    /// What parameters are here whose default is none, or would let functions call somebody beyond this machine, and
    /// where `local-<name>` would not have the form that is asked for.
    private static let localDefaults: [String: String] = [
        "BreachedPasswordsUrl": "",
        "SiteUrl": "https://nerdwork.example", "MailDomain": "mail.nerdwork.example",
        "MailFrom": "no-reply@mail.nerdwork.example", "OperatorsEmail": "operators@nerdwork.example",
    ]

    /// Takes each parameter from the overrides, else from `localDefaults`, else from its default, else makes
    /// `local-<name>` up.
    init(_ tree: JSONTree, overrides: [String: String]) throws(LocalError) {
        self.tree = tree
        let declared = tree["Parameters"]?.members ?? []
        for name in overrides.keys.sorted() where !declared.contains(where: { $0.name == name }) {
            throw LocalError(.usage, "The template has no parameter \"\(name)\".")
        }
        var parameters: [String: JSONTree] = [:]
        for parameter in declared {
            parameters[parameter.name] = Self.value(of: parameter, override: overrides[parameter.name])
        }
        self.parameters = parameters
    }

    private static func value(of parameter: JSONTree.Member, override: String?) -> JSONTree {
        let text =
            override ?? localDefaults[parameter.name] ?? parameter.value["Default"]?.scalarText
            ?? "local-\(parameter.name)"
        let type = parameter.value["Type"]?.text ?? "String"
        guard type.hasPrefix("List<") || type == "CommaDelimitedList" else { return .string(text) }
        return .array(text.split(separator: ",").map { .string(String($0)) })
    }

    /// The resource of that logical name; nil when there is none or its condition does not hold.
    func resource(_ name: String) throws(LocalError) -> JSONTree? {
        guard let resource = tree["Resources"]?[name] else { return nil }
        guard let condition = resource["Condition"]?.text else { return resource }
        return try holds(condition: condition) ? resource : nil
    }

    /// Logical names of the resources of a type, in the template's order.
    func resourceNames(ofType type: String) -> [String] {
        (tree["Resources"]?.members ?? []).filter { $0.value["Type"]?.text == type }.map(\.name)
    }

    /// `Ref`: a parameter, a pseudo parameter or a resource's name; nil for `AWS::NoValue`.
    func reference(_ name: String) throws(LocalError) -> JSONTree? {
        if name == "AWS::NoValue" { return nil }
        if let value = Self.pseudoParameters[name] { return .string(value) }
        if let value = parameters[name] { return value }
        guard let resource = tree["Resources"]?[name] else {
            throw LocalError(.data, "The template refers to \"\(name)\", which is neither a parameter nor a resource.")
        }
        return .string(try referenceText(of: resource, logicalName: name))
    }

    /// The resource of that logical name, whether its condition holds or not.
    func declaredResource(_ name: String) -> JSONTree? {
        tree["Resources"]?[name]
    }

    /// Whether a condition of the template's `Conditions` holds.
    func holds(condition name: String, depth: Int = 0) throws(LocalError) -> Bool {
        guard let condition = tree["Conditions"]?[name] else {
            throw LocalError(.data, "The template uses the condition \"\(name)\", which it does not declare.")
        }
        return try evaluate(condition, name: name, depth: depth)
    }

    private func evaluate(_ condition: JSONTree, name: String, depth: Int) throws(LocalError) -> Bool {
        guard depth < 16, condition.members.count == 1, let function = condition.members.first else {
            throw LocalError(.data, "The condition \"\(name)\" of the template is circular or no condition.")
        }
        let operands = function.value.elements
        switch function.name {
        case "Condition": return try holds(condition: function.value.text ?? "", depth: depth + 1)
        case "Fn::Equals":
            var texts: [String?] = []
            for operand in operands {
                texts.append(try Intrinsics(values: self).resolve(operand, at: name)?.scalarText)
            }
            return texts.count == 2 && texts[0] == texts[1]
        case "Fn::And", "Fn::Or", "Fn::Not":
            var results: [Bool] = []
            for operand in operands { results.append(try evaluate(operand, name: name, depth: depth + 1)) }
            return function.name == "Fn::Not"
                ? results == [false] : function.name == "Fn::And" ? !results.contains(false) : results.contains(true)
        default:
            throw LocalError(
                .configuration, "The condition \"\(name)\" uses \(function.name), which invoke-local does not know.")
        }
    }
}
