internal import StrictJSON

/// The deployed template, read for what the local stack needs: there is no second list of functions, routes or rules.
package struct Template: Sendable {
    package private(set) var functions: [TemplateFunction] = []
    package private(set) var routes: [TemplateRoute] = []
    /// Who checks the tokens of routes that need one.
    package private(set) var authorizer: TemplateAuthorizer?
    /// What else the HTTP API does: cross-origin requests, limits, its stage.
    package private(set) var http = TemplateHTTP()
    package private(set) var rules: [TemplateRule] = []
    package private(set) var schedules: [TemplateSchedule] = []
    /// Names of the event buses, the account's own first.
    package private(set) var buses = [EventBusName.default]
    package private(set) var secrets: [SecretDefinition] = []
    /// Names of the buckets of S3 without Object Lock.
    package private(set) var buckets: [String] = []
    /// Names of those with it.
    package private(set) var lockedBuckets: [String] = []
    package private(set) var mail = TemplateMail()
    private var rotations: [(secret: String, function: String)] = []
    /// By name of the bucket.
    private(set) var bucketPolicies: [String: PolicyDocument] = [:]
    /// Types of resources that do nothing on this machine.
    package private(set) var idle: [IdleType] = []
    /// What the local stack would have to do and cannot, in the template's order; said at each start, refused where
    /// somebody wants all or nothing (`refuseUnsupported`).
    package private(set) var unsupported: [UnsupportedResource] = []
    /// What the stack tells whoever made it; those whose condition holds.
    package private(set) var outputs: [String: String] = [:]

    /// Reads a template's text.
    ///
    /// The first sentence that is wrong ends it.
    /// - Parameters:
    ///   - overrides: parameters that somebody chose; they must satisfy what the template asks of them.
    ///   - standIns: parameters of this machine, such as its address on loopback; they are not checked.
    package init(
        parsing bytes: [UInt8], overrides: [String: String] = [:], standIns: [String: String] = [:]
    ) throws(LocalError) {
        guard bytes.count <= TemplateLimits.bytes else {
            throw LocalError(.data, "template.json has more than \(TemplateLimits.bytes) bytes.")
        }
        let tree: JSONTree
        do throws(JSONError) {
            tree = try JSONTree(parsing: bytes)
        } catch {
            throw LocalError(.data, "template.json is not valid JSON: \(error).")
        }
        try self.init(tree, overrides: overrides, standIns: standIns)
    }

    package init(
        _ tree: JSONTree, overrides: [String: String] = [:], standIns: [String: String] = [:]
    ) throws(LocalError) {
        try TemplateLimits.check(tree)
        let reader = try TemplateReader(TemplateValues(tree, overrides: overrides, standIns: standIns))
        var counts: [String: Int] = [:]
        for name in reader.values.declaredNames {
            guard let resource = try reader.values.resource(name) else { continue }
            let type = resource["Type"]?.text ?? ""
            if try take(type, name, resource, reader) { continue }
            counts[type, default: 0] += 1
            guard IdleResources.sentence(type) == nil else { continue }
            unsupported.append(
                UnsupportedResource(name: name, type: type, reason: "invoke-local has never heard of this type"))
        }
        for rotation in rotations {
            guard let index = secrets.firstIndex(where: { $0.arn == rotation.secret }) else { continue }
            secrets[index].rotator = rotation.function
        }
        bucketPolicies = try reader.bucketPolicies()
        unsupported += try reader.unplayed() + unknownConditions() + unplayedTargets
        idle = counts.sorted { $0.key < $1.key }.compactMap { (type, count) in
            IdleResources.sentence(type).map { IdleType(type: type, count: count, sentence: $0) }
        }
        outputs = try reader.outputs(tree["Outputs"])
    }

    /// Throws `.configuration` where the template asks for anything that the local stack cannot do.
    package func refuseUnsupported() throws(LocalError) {
        guard let first = unsupported.first else { return }
        let others = unsupported.count > 1 ? ", and \(unsupported.count - 1) more" : ""
        throw LocalError(
            .configuration, "\(first.name) (\(first.type)) of template.json is not played: \(first.reason)\(others).")
    }

    /// Takes a resource in that the local stack plays; false for the others.
    private mutating func take(
        _ type: String, _ name: String, _ resource: JSONTree, _ reader: TemplateReader
    ) throws(LocalError) -> Bool {
        switch type {
        case "AWS::Lambda::Function": functions.append(try reader.function(name, resource))
        case "AWS::ApiGatewayV2::Route": routes.append(try reader.route(name, resource))
        case "AWS::ApiGatewayV2::Authorizer": authorizer = try reader.authorizer(name, resource)
        case "AWS::ApiGatewayV2::Api": http.cors = try reader.cors(name, resource)
        case "AWS::ApiGatewayV2::Stage": try reader.stage(name, resource, into: &http)
        case "AWS::Events::Rule":
            switch try reader.rule(name, resource) {
            case .pattern(let rule): rules.append(rule)
            case .schedule(let schedule): schedules.append(schedule)
            }
        case "AWS::Scheduler::Schedule": schedules.append(try reader.schedule(name, resource))
        case "AWS::Events::EventBus": buses.append(try reader.values.physicalName(of: resource, logicalName: name))
        case "AWS::SecretsManager::Secret": secrets.append(try reader.secret(name, resource))
        case "AWS::SecretsManager::RotationSchedule":
            if let rotation = try reader.rotation(name, resource) {
                rotations.append(rotation)
            } else {
                unsupported.append(
                    UnsupportedResource(name: name, type: type, reason: "it names no function that rotates"))
            }
        case "AWS::S3::Bucket":
            let bucket = try reader.values.physicalName(of: resource, logicalName: name)
            let isLocked = resource["Properties"]?["ObjectLockEnabled"] == .bool(true)
            if isLocked { lockedBuckets.append(bucket) } else { buckets.append(bucket) }
        case "AWS::SES::EmailIdentity": mail.identities.append(try reader.identity(name, resource))
        case "AWS::SES::ConfigurationSet":
            let set = try reader.values.physicalName(of: resource, logicalName: name)
            mail.configurationSets[set, default: []].formUnion([])
        case "AWS::SES::ConfigurationSetEventDestination":
            let destination = try reader.eventDestination(name, resource)
            mail.configurationSets[destination.set, default: []].formUnion(destination.kinds)
        default: return false
        }
        return true
    }

    /// The function that has this name; else the sentence that lists the known ones.
    package func function(named name: String) throws(LocalError) -> TemplateFunction {
        if let function = functions.first(where: { $0.name == name }) { return function }
        let known = functions.map(\.name).sorted().joined(separator: ", ")
        throw LocalError(.usage, "There is no function \"\(name)\"; template.json has: \(known).")
    }
}
