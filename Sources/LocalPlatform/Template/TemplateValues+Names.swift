/// What resources call themselves, and what `Ref` and `Fn::GetAtt` make of that.
///
/// Source of each form: CloudFormation template reference, "Return values" of the resource type; of the ARNs: Service
/// Authorization Reference.
extension TemplateValues {
    /// `Fn::GetAtt`: ARNs and names in the form that AWS gives them, other attributes as a readable stand-in.
    func attribute(_ attribute: String, of name: String) throws(LocalError) -> JSONTree {
        guard let resource = declaredResource(name) else {
            throw LocalError(.data, "The template asks for an attribute of \"\(name)\", which is no resource.")
        }
        let physical = try physicalName(of: resource, logicalName: name)
        let type = resource["Type"]?.text ?? ""
        if let text = try special(attribute, of: resource, type, physical, name) { return .string(text) }
        if let form = ResourceForm.table[type] {
            if form.arnAttributes.contains(attribute) { return .string(form.arn(physical)) }
            if form.nameAttributes.contains(attribute) { return .string(physical) }
        }
        guard attribute == "Arn" else { return .string("\(physical).\(attribute)") }
        return .string("arn:aws:local:us-east-1:123456789012:\(physical)")
    }

    /// What `Ref` stands for.
    func referenceText(of resource: JSONTree, logicalName: String) throws(LocalError) -> String {
        let type = resource["Type"]?.text ?? ""
        let physical = try physicalName(of: resource, logicalName: logicalName)
        switch type {
        case "AWS::Lambda::Alias", "AWS::Lambda::Version": return try qualifiedARN(of: resource, logicalName)
        case "AWS::SQS::Queue": return "https://sqs.us-east-1.amazonaws.com/123456789012/\(physical)"
        case "AWS::ApiGatewayV2::Api": return Self.apiID
        // Their Ref is an id that AWS makes up; the logical name can be followed.
        case "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Authorizer": return logicalName
        case "AWS::ApiGatewayV2::Stage": return resource["Properties"]?["StageName"]?.text ?? physical
        default:
            guard let form = ResourceForm.table[type], form.refersByARN else { return physical }
            return form.arn(physical)
        }
    }

    private static let apiID = "local"

    /// Attributes that are neither the resource's ARN nor its name.
    private func special(
        _ attribute: String, of resource: JSONTree, _ type: String, _ physical: String, _ name: String
    ) throws(LocalError) -> String? {
        switch (type, attribute) {
        case ("AWS::Lambda::Alias", "AliasArn"), ("AWS::Lambda::Version", "FunctionArn"):
            return try qualifiedARN(of: resource, name)
        case ("AWS::Lambda::Version", "Version"): return Self.onlyVersion
        case ("AWS::ApiGatewayV2::Api", "ApiEndpoint"):
            return "https://\(Self.apiID).execute-api.us-east-1.amazonaws.com"
        case ("AWS::ApiGatewayV2::Api", "ApiId"): return Self.apiID
        case ("AWS::CloudFront::Distribution", "DomainName"): return "local.cloudfront.net"
        case ("AWS::RDS::DBCluster", "Endpoint.Address"), ("AWS::RDS::DBInstance", "Endpoint.Address"):
            return "local.us-east-1.rds.amazonaws.com"
        case ("AWS::RDS::DBCluster", "Endpoint.Port"), ("AWS::RDS::DBInstance", "Endpoint.Port"): return "5432"
        case ("AWS::RDS::DBCluster", "MasterUserSecret.SecretArn"),
            ("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn"):
            return "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!\(physical)-Local1"
        case ("AWS::S3::Bucket", "DomainName"): return "\(physical).s3.amazonaws.com"
        case ("AWS::S3::Bucket", "RegionalDomainName"): return "\(physical).s3.us-east-1.amazonaws.com"
        case ("AWS::SQS::Queue", "QueueUrl"): return try referenceText(of: resource, logicalName: name)
        case ("AWS::Events::Rule", "Arn"): return try ruleARN(of: resource, physical, name)
        default: return nil
        }
    }

    /// A rule of another bus than the default one has the bus in its ARN.
    private func ruleARN(of rule: JSONTree, _ physical: String, _ name: String) throws(LocalError) -> String {
        let value = rule["Properties"]?["EventBusName"] ?? .null
        let bus = EventBusName.short(try Intrinsics(values: self).resolve(value, at: name)?.scalarText)
        let path = bus == EventBusName.default ? physical : "\(bus)/\(physical)"
        return "arn:aws:events:us-east-1:123456789012:rule/\(path)"
    }

    /// The name that a resource gives itself, else its logical name.
    func physicalName(of resource: JSONTree, logicalName: String) throws(LocalError) -> String {
        if let known = names[logicalName] { return known }
        let type = resource["Type"]?.text ?? ""
        let member = ResourceForm.table[type]?.nameProperty ?? "Name"
        // A name may itself be made from parameters.
        if let name = resource["Properties"]?[member],
            let text = try Intrinsics(values: self).resolve(name, at: "\(logicalName)/\(member)")?.scalarText
        {
            return text
        }
        // CloudFormation's own name for a bucket, which must be in lower case.
        if type == "AWS::S3::Bucket" {
            return "\(Self.pseudoParameters["AWS::StackName"] ?? "")-\(logicalName.lowercased())-local1"
        }
        return logicalName
    }
}
