extension TemplateReader {
    /// The role of a function, with all policies that it has in this template.
    ///
    /// Nil where the function names none. Throws `.configuration` for a role or a policy of somewhere else, which
    /// nobody can read here, and for one that Lambda may not assume.
    func role(_ arn: String?, of function: String) throws(LocalError) -> FunctionRole? {
        guard let arn else { return nil }
        for name in values.resourceNames(ofType: "AWS::IAM::Role") {
            guard let resource = try values.resource(name), try values.attribute("Arn", of: name).text == arn else {
                continue
            }
            let properties = try properties(of: resource, name)
            try checkTrust(properties["AssumeRolePolicyDocument"] ?? .null, name, function)
            let roleName = try values.physicalName(of: resource, logicalName: name)
            return FunctionRole(
                name: roleName, arn: arn, policies: try policies(of: properties, name, roleName),
                boundary: try boundary(properties["PermissionsBoundary"]?.text, name))
        }
        throw LocalError(.configuration, "The role of \(function) is none of template.json; what it may do is unknown.")
    }

    /// AWS creates no function whose role it may not assume.
    private func checkTrust(_ document: JSONTree, _ role: String, _ function: String) throws(LocalError) {
        let trust = try PolicyDocument(document, at: role)
        let request = AccessRequest(
            principal: .service("lambda.amazonaws.com"), action: "sts:AssumeRole", resource: role,
            context: ["aws:SourceAccount": [TemplateValues.pseudoParameters["AWS::AccountId"] ?? ""]])
        guard trust.verdictOfResource(on: request) == .allow else {
            throw LocalError(
                .configuration, "The role defined for the function \(function) cannot be assumed by Lambda: \(role).")
        }
    }

    private func policies(
        of role: JSONTree, _ logicalName: String, _ roleName: String
    ) throws(LocalError) -> [PolicyDocument] {
        var documents: [PolicyDocument] = []
        for (place, document) in try policyTrees(of: role, logicalName, roleName) {
            documents.append(try PolicyDocument(document, at: place))
        }
        return documents
    }

    /// All policies that a role has, as they stand in the template, each with the place where it stands.
    func policyTrees(
        of role: JSONTree, _ logicalName: String, _ roleName: String
    ) throws(LocalError) -> [(place: String, document: JSONTree)] {
        var documents: [(place: String, document: JSONTree)] = []
        for policy in role["Policies"]?.elements ?? [] {
            documents.append((logicalName, policy["PolicyDocument"] ?? .null))
        }
        for arn in role["ManagedPolicyArns"]?.elements.compactMap(\.text) ?? [] {
            documents.append(try managed(arn, usedBy: logicalName))
        }
        for type in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"] {
            for name in values.resourceNames(ofType: type) {
                guard let resource = try values.resource(name) else { continue }
                let properties = try properties(of: resource, name)
                let roles = properties["Roles"]?.elements.compactMap(\.text) ?? [properties["RoleName"]?.text ?? ""]
                guard roles.contains(roleName) else { continue }
                documents.append((name, properties["PolicyDocument"] ?? .null))
            }
        }
        return documents
    }

    private func boundary(_ arn: String?, _ role: String) throws(LocalError) -> PolicyDocument? {
        guard let arn else { return nil }
        let (place, document) = try managed(arn, usedBy: role)
        return try PolicyDocument(document, at: place)
    }

    /// A managed policy of the template, or one of AWS's own that is known here.
    private func managed(
        _ arn: String, usedBy role: String
    ) throws(LocalError) -> (place: String, document: JSONTree) {
        for name in values.resourceNames(ofType: "AWS::IAM::ManagedPolicy") {
            guard let resource = try values.resource(name), try values.attribute("PolicyArn", of: name).text == arn
            else { continue }
            let properties = try properties(of: resource, name)
            return (name, properties["PolicyDocument"] ?? .null)
        }
        guard let document = ManagedPolicies.document(arn) else {
            throw LocalError(.configuration, "\(role) has the policy \(arn), which invoke-local does not know.")
        }
        return (arn, document)
    }

    /// The policies of the template's buckets, by name of the bucket.
    func bucketPolicies() throws(LocalError) -> [String: PolicyDocument] {
        var policies: [String: PolicyDocument] = [:]
        for name in values.resourceNames(ofType: "AWS::S3::BucketPolicy") {
            guard let resource = try values.resource(name) else { continue }
            let properties = try properties(of: resource, name)
            let bucket = try text("Bucket", of: properties, name)
            policies[bucket] = try PolicyDocument(properties["PolicyDocument"] ?? .null, at: name)
        }
        return policies
    }
}

extension Template {
    /// Statements of functions' roles that hang on a condition key that calls do not carry here.
    ///
    /// Only those count that concern a call that is played: the others are never asked.
    func unknownConditions() -> [UnsupportedResource] {
        var found: [UnsupportedResource] = []
        for role in functions.compactMap(\.role) {
            for statement in role.policies.flatMap(\.statements) where statement.concernsPlayedCalls {
                for condition in statement.conditions where !AccessCheck.knows(condition.key) {
                    let reason = "the condition key \(condition.key) is not known here"
                    let resource = UnsupportedResource(name: role.name, type: "AWS::IAM::Role", reason: reason)
                    if !found.contains(resource) { found.append(resource) }
                }
            }
        }
        return found
    }
}

extension PolicyStatement {
    fileprivate var concernsPlayedCalls: Bool {
        AWSOperation.served.contains { names($0) }
    }
}
