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
        // A secret refers to itself by its ARN.
        if resource["Type"]?.text == "AWS::SecretsManager::Secret" { return try attribute("Arn", of: name) }
        return .string(try physicalName(of: resource, logicalName: name))
    }

    /// `Fn::GetAtt`: ARNs in the form that AWS gives them, other attributes as a readable stand-in.
    func attribute(_ attribute: String, of name: String) throws(LocalError) -> JSONTree {
        guard let resource = tree["Resources"]?[name] else {
            throw LocalError(.data, "The template asks for an attribute of \"\(name)\", which is no resource.")
        }
        let physical = try physicalName(of: resource, logicalName: name)
        if resource["Type"]?.text == "AWS::SecretsManager::Secret", attribute == "Id" || attribute == "Arn" {
            return .string("arn:aws:secretsmanager:us-east-1:123456789012:secret:\(physical)-Local1")
        }
        if resource["Type"]?.text == "AWS::ApiGatewayV2::Api", attribute == "ApiEndpoint" {
            return .string("https://local.execute-api.us-east-1.amazonaws.com")
        }
        if resource["Type"]?.text == "AWS::CloudFront::Distribution", attribute == "DomainName" {
            return .string("local.cloudfront.net")
        }
        guard attribute == "Arn" else { return .string("\(physical).\(attribute)") }
        switch resource["Type"]?.text {
        case "AWS::Lambda::Function": return .string("arn:aws:lambda:us-east-1:123456789012:function:\(physical)")
        case "AWS::Logs::LogGroup": return .string("arn:aws:logs:us-east-1:123456789012:log-group:\(physical):*")
        case "AWS::Events::EventBus": return .string("arn:aws:events:us-east-1:123456789012:event-bus/\(physical)")
        case "AWS::SQS::Queue": return .string("arn:aws:sqs:us-east-1:123456789012:\(physical)")
        default: return .string("arn:aws:local:us-east-1:123456789012:\(physical)")
        }
    }

    /// The name that a resource gives itself, else its logical name.
    func physicalName(of resource: JSONTree, logicalName: String) throws(LocalError) -> String {
        let properties = resource["Properties"]
        for member in ["FunctionName", "LogGroupName", "Name", "EmailIdentity"] {
            // A name may itself be made from parameters; a permission's FunctionName is not its own name.
            guard resource["Type"]?.text != "AWS::Lambda::Permission", let name = properties?[member] else { continue }
            if let text = try Intrinsics(values: self).resolve(name, at: "\(logicalName)/\(member)")?.scalarText {
                return text
            }
        }
        // CloudFormation's own name for a bucket, which must be in lower case.
        if resource["Type"]?.text == "AWS::S3::Bucket" {
            return "\(Self.pseudoParameters["AWS::StackName"] ?? "")-\(logicalName.lowercased())-local1"
        }
        return logicalName
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
