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
    /// Types of resources that do nothing on this machine, each with how many there are.
    package private(set) var notEmulated: [(type: String, count: Int)] = []
    /// Types that this reader has never heard of: said at each run.
    package private(set) var unknownTypes: [String] = []

    /// Reads a template's text.
    ///
    /// The first sentence that is wrong ends it.
    package init(parsing bytes: [UInt8], overrides: [String: String] = [:]) throws(LocalError) {
        let tree: JSONTree
        do throws(JSONError) {
            tree = try JSONTree(parsing: bytes)
        } catch {
            throw LocalError(.data, "template.json is not valid JSON: \(error).")
        }
        try self.init(tree, overrides: overrides)
    }

    package init(_ tree: JSONTree, overrides: [String: String] = [:]) throws(LocalError) {
        let reader = TemplateReader(values: try TemplateValues(tree, overrides: overrides))
        var idle: [String: Int] = [:]
        let resources = tree["Resources"]?.members ?? []
        for name in resources.map(\.name) {
            guard let resource = try reader.values.resource(name) else { continue }
            let type = resource["Type"]?.text ?? ""
            if try take(type, name, resource, reader) { continue }
            idle[type, default: 0] += 1
            if !Self.knownIdleTypes.contains(type), !type.hasPrefix("Custom::") { unknownTypes.append(type) }
        }
        notEmulated = idle.sorted { $0.key < $1.key }.map { (type: $0.key, count: $0.value) }
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
        case "AWS::Events::Rule": rules.append(try reader.rule(name, resource))
        case "AWS::Scheduler::Schedule": schedules.append(try reader.schedule(name, resource))
        case "AWS::Events::EventBus": buses.append(try reader.values.physicalName(of: resource, logicalName: name))
        case "AWS::SecretsManager::Secret": secrets.append(try reader.secret(name, resource))
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

    /// Types that shape the stack in AWS and have nothing to do locally.
    private static let knownIdleTypes: Set<String> = [
        "AWS::ApiGatewayV2::Integration", "AWS::CloudFront::Distribution", "AWS::CloudFront::OriginAccessControl",
        "AWS::CloudWatch::Alarm", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role",
        "AWS::S3::BucketPolicy", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Permission", "AWS::Lambda::Version", "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter",
        "AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
    ]
}
