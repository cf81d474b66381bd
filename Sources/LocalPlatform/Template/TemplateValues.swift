/// The values that a template's references, mappings and conditions stand for on this machine.
struct TemplateValues: IntrinsicValues, Sendable {
    private let facts: TemplateFacts
    private let conditions: TemplateConditions
    /// Logical names in the template's order, whether their conditions hold or not.
    let declaredNames: [String]
    private let resources: [String: JSONTree]
    /// Names that resources give themselves; filled before anything else is resolved.
    private(set) var names: [String: String] = [:]

    /// What stands in for the account, the region and the stack that do not exist locally.
    static let pseudoParameters: [String: String] = [
        "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "us-east-1",
        "AWS::StackName": "nerdwork", "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/nerdwork/local",
    ]

    /// Reads parameters, mappings, conditions and the names of resources.
    ///
    /// Throws `.data` for references that lead nowhere or in a circle, so that every later resolution ends.
    init(_ tree: JSONTree, overrides: [String: String], standIns: [String: String]) throws(LocalError) {
        let parameters = try TemplateParameters(tree["Parameters"], overrides: overrides, standIns: standIns)
        facts = TemplateFacts(parameters: parameters, mappings: tree["Mappings"] ?? .object([]))
        conditions = try TemplateConditions(tree["Conditions"], facts)
        try ParameterAssertions.check(tree["Rules"], facts, isChosen: !overrides.isEmpty)
        let members = tree["Resources"]?.members ?? []
        declaredNames = members.map(\.name)
        resources = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
        try TemplateGraph(self).check()
        for name in declaredNames {
            guard let resource = try resource(name) else { continue }
            names[name] = try physicalName(of: resource, logicalName: name)
        }
    }

    /// The resource of that logical name; nil when there is none or its condition does not hold.
    func resource(_ name: String) throws(LocalError) -> JSONTree? {
        guard let resource = resources[name] else { return nil }
        guard let condition = resource["Condition"]?.text else { return resource }
        return try holds(condition: condition) ? resource : nil
    }

    /// Logical names of the resources of a type, in the template's order.
    func resourceNames(ofType type: String) -> [String] {
        declaredNames.filter { resources[$0]?["Type"]?.text == type }
    }

    /// Whether the name is a parameter's or a pseudo parameter's.
    func isFact(_ name: String) -> Bool {
        name.hasPrefix("AWS::") || facts.parameters[name] != nil
    }

    /// The resource of that logical name, whether its condition holds or not.
    func declaredResource(_ name: String) -> JSONTree? { resources[name] }

    func reference(_ name: String) throws(LocalError) -> JSONTree? {
        guard !isFact(name), let resource = resources[name] else {
            if isFact(name) { return try facts.reference(name) }
            throw LocalError(.data, "The template refers to \"\(name)\", which is neither a parameter nor a resource.")
        }
        return .string(try referenceText(of: resource, logicalName: name))
    }

    func mapped(_ map: String, _ first: String, _ second: String) throws(LocalError) -> JSONTree {
        try facts.mapped(map, first, second)
    }

    func holds(condition name: String) throws(LocalError) -> Bool {
        try conditions.holds(name)
    }
}
