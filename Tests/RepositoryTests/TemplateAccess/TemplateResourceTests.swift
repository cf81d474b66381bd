import Testing

@testable internal import LocalPlatform

/// What must be true of single resources of template.json, and of the file itself.
@Suite("Resources of the template")
struct TemplateResourceTests {
    /// CloudFormation user guide, "Understand CloudFormation quotas": through Amazon S3, 1 MB and 500 resources.
    @Test("The file is as small as CloudFormation wants it, and leaves room")
    func size() throws {
        let bytes = try Files.read("\(Repository.root)/template.json").count
        let resources = try Repository.resources().count
        #expect(bytes < 1_000_000 && resources < 500, "\(bytes) bytes, \(resources) resources")
    }

    @Test("Everything of it is read, and played or known to do nothing here", arguments: DeployedTemplate.variants)
    func known(variant: Int) throws {
        #expect(
            try DeployedTemplate.variant(variant).template.unsupported.filter { $0.type != "AWS::Events::Rule" } == [])
    }

    /// What each type of resource may be left to when its stack goes; `Delete` stands only where nothing is lost that
    /// cannot be made again.
    static let keepers: [String: Set<String>] = [
        "AWS::DynamoDB::Table": ["Retain"], "AWS::KMS::Key": ["Retain"], "AWS::Lambda::Version": ["Retain"],
        "AWS::Logs::LogGroup": ["Delete", "Retain"], "AWS::RDS::DBCluster": ["Snapshot", "Retain"],
        "AWS::RDS::DBInstance": ["Snapshot", "Retain", "Delete"], "AWS::S3::Bucket": ["Retain"],
        "AWS::SQS::Queue": ["Delete", "Retain"], "AWS::SecretsManager::Secret": ["Delete", "Retain"],
    ]

    @Test("What holds data says what becomes of it when the stack or the resource goes")
    func deletion() throws {
        for resource in try Repository.tree("template.json")["Resources"]?.members ?? [] {
            guard let allowed = Self.keepers[resource.value["Type"]?.text ?? ""] else { continue }
            for member in ["DeletionPolicy", "UpdateReplacePolicy"] {
                let policy = resource.value[member]?.text ?? "nothing"
                #expect(allowed.contains(policy), "\(resource.name) \(member) \(policy)")
            }
            // An instance of a cluster holds nothing itself.
            let isAlone = resource.value["Properties"]?["DBClusterIdentifier"] == nil
            let isKept = resource.value["DeletionPolicy"]?.text != "Delete" || !isAlone
            #expect(resource.value["Type"]?.text != "AWS::RDS::DBInstance" || isKept, "\(resource.name)")
        }
    }

    @Test("Queues and topics take nothing that comes without TLS", arguments: DeployedTemplate.variants)
    func encrypted(variant: Int) throws {
        let deployed = try DeployedTemplate.variant(variant)
        let types = [
            ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "sqs:SendMessage"),
            ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "sns:Publish"),
        ]
        for (type, policyType, action) in types {
            let policies = try deployed.resources(policyType).map {
                try PolicyDocument($0.properties["PolicyDocument"] ?? .null, at: $0.name)
            }
            for (name, _) in try deployed.resources(type) {
                let attribute = type == "AWS::SNS::Topic" ? "TopicArn" : "Arn"
                let arn = try deployed.reader.values.attribute(attribute, of: name).text ?? ""
                for principal in [
                    AccessPrincipal.service("events.amazonaws.com"),
                    .role(
                        arn: "arn:aws:iam::123456789012:role/R", session: "arn:aws:sts::123456789012:assumed-role/R/s"),
                ] {
                    let request = AccessRequest(
                        principal: principal, action: action, resource: arn, context: ["aws:SecureTransport": ["false"]]
                    )
                    #expect(policies.contains { $0.verdictOfResource(on: request) == .deny }, "\(name)")
                }
            }
        }
    }

    @Test("Buckets take nothing that comes without TLS")
    func encryptedBuckets() throws {
        for variant in DeployedTemplate.variants {
            let deployed = try DeployedTemplate.variant(variant)
            let policies = try deployed.reader.bucketPolicies()
            for (name, properties) in try deployed.resources("AWS::S3::Bucket") {
                let resource = try #require(try deployed.reader.values.resource(name))
                let bucket = try deployed.reader.values.physicalName(of: resource, logicalName: name)
                for action in ["s3:GetObject", "s3:PutObject"] {
                    let request = AccessRequest(
                        principal: .service("cloudfront.amazonaws.com"), action: action,
                        resource: "arn:aws:s3:::\(bucket)/a", context: ["aws:SecureTransport": ["false"]])
                    #expect(policies[bucket]?.verdictOfResource(on: request) == .deny, "\(name) \(action)")
                }
                let blocked = properties["PublicAccessBlockConfiguration"]?.members.map(\.value)
                #expect(blocked == Array(repeating: .bool(true), count: 4), "\(name)")
            }
        }
    }

    @Test("Each alarm tells somebody, who may be told", arguments: DeployedTemplate.variants)
    func alarms(variant: Int) throws {
        let deployed = try DeployedTemplate.variant(variant)
        let policies = try deployed.resources("AWS::SNS::TopicPolicy").map {
            try PolicyDocument($0.properties["PolicyDocument"] ?? .null, at: $0.name)
        }
        let alarms =
            try deployed.resources("AWS::CloudWatch::Alarm") + deployed.resources("AWS::CloudWatch::CompositeAlarm")
        #expect(alarms.count >= 29)
        for (name, properties) in alarms {
            let actions = properties["AlarmActions"]?.elements.compactMap(\.text) ?? []
            #expect(!actions.isEmpty, "\(name)")
            // A topic without a policy of its own lets the account's services send.
            for topic in actions where !policies.isEmpty {
                let request = AccessRequest(
                    principal: .service("cloudwatch.amazonaws.com"), action: "sns:Publish", resource: topic,
                    context: [
                        "aws:SourceAccount": ["123456789012"], "aws:SecureTransport": ["true"],
                        "aws:SourceArn": [try deployed.arn(name)],
                    ])
                #expect(policies.contains { $0.verdictOfResource(on: request) == .allow }, "\(name)")
            }
        }
    }

    @Test("Every function logs into a group of the template, which ends some day")
    func logs() throws {
        let deployed = try DeployedTemplate.variant(0)
        let groups = try deployed.resources("AWS::Logs::LogGroup")
        for (name, properties) in groups { #expect(properties["RetentionInDays"] != nil, "\(name)") }
        let names = Set(groups.compactMap { $0.properties["LogGroupName"]?.text })
        for function in deployed.template.functions { #expect(names.contains(function.logGroup), "\(function.name)") }
    }

    @Test(
        "Functions are all built for one processor, arm64 unless a parameter says otherwise",
        arguments: ["arm64", "x86_64"])
    func architecture(name: String) throws {
        let parameters = name == "arm64" ? [:] : ["Architecture": name]
        for (function, properties) in try DeployedTemplate(parameters).resources("AWS::Lambda::Function") {
            #expect(properties["Architectures"] == .array([.string(name)]), "\(function)")
            #expect(properties["Runtime"]?.text == "provided.al2023", "\(function)")
        }
    }

    @Test("The gateway waits longer than each function may take, and no longer than it can")
    func timeouts() throws {
        let deployed = try DeployedTemplate.variant(0)
        for (name, properties) in try deployed.resources("AWS::ApiGatewayV2::Integration") {
            let short = try deployed.reader.functionName(properties["IntegrationUri"]?.text ?? "", usedBy: name)
            let seconds = try deployed.template.function(named: short).timeoutSeconds
            let milliseconds = Int(properties["TimeoutInMillis"]?.scalarText ?? "") ?? 30_000
            #expect(seconds * 1_000 < milliseconds && milliseconds <= 30_000, "\(name)")
        }
    }

    /// Aurora user guide, "Performance and scaling for Aurora Serverless v2", "Maximum connections": the memory of the
    /// largest capacity (2 GiB a unit) in bytes by 9,531,392, at most 5,000, and 2,000 where the least is below 1.
    @Test(
        "Reserved environments have fewer sessions than the database takes, and so has the alarm",
        arguments: ["10", "100"])
    func connections(reserved: String) throws {
        let names = Set(try Repository.tree("template.json")["Parameters"]?.members.map(\.name) ?? [])
        let chosen = ["ReservedConcurrency": reserved, "PasswordConcurrency": reserved].filter {
            names.contains($0.key)
        }
        let deployed = try DeployedTemplate(chosen)
        guard let cluster = try deployed.resources("AWS::RDS::DBCluster").first?.properties else { return }
        let scaling = cluster["ServerlessV2ScalingConfiguration"]
        let most = Double(scaling?["MaxCapacity"]?.scalarText ?? "") ?? 0
        let least = Double(scaling?["MinCapacity"]?.scalarText ?? "") ?? 0
        let connections = min(most * 2_147_483_648 / 9_531_392, least < 1 ? 2_000 : 5_000)
        let sessions = deployed.template.functions.filter { $0.environment["PGHOST"] != nil }
            .compactMap(\.reservedConcurrency).reduce(0, +)
        #expect(sessions > 0 && Double(sessions) < connections)
        let alarm = try deployed.resources("AWS::CloudWatch::Alarm").first {
            $0.properties["MetricName"]?.text == "DatabaseConnections"
        }
        let threshold = Double(alarm?.properties["Threshold"]?.scalarText ?? "") ?? .infinity
        #expect(threshold < connections)
    }

    @Test(
        "Every parameter and every condition is used, and every output is a text", arguments: DeployedTemplate.variants)
    func used(variant: Int) throws {
        let tree = try Repository.tree("template.json")
        let places = ["Rules", "Conditions", "Resources", "Outputs"].compactMap { tree[$0] }
        let used = places.reduce(into: Set<String>()) { Self.collect($1, into: &$0) }
        for section in ["Parameters", "Conditions", "Mappings"] {
            for member in tree[section]?.members ?? [] { #expect(used.contains(member.name), "\(member.name)") }
        }
        let outputs = try DeployedTemplate.variant(variant).template.outputs
        #expect(outputs.count >= 15 && outputs.values.allSatisfy { !$0.isEmpty && !$0.contains("${") })
    }

    /// Names that `Ref`, `Fn::Sub`, `Fn::If`, `Fn::FindInMap` and `Condition` mention.
    private static func collect(_ tree: JSONTree, into names: inout Set<String>) {
        for element in tree.elements { collect(element, into: &names) }
        for member in tree.members {
            switch member.name {
            case "Ref", "Condition": if let text = member.value.text { names.insert(text) }
            case "Fn::If", "Fn::FindInMap": if let text = member.value.elements.first?.text { names.insert(text) }
            case "Fn::Sub":
                let pattern = member.value.text ?? member.value.elements.first?.text ?? ""
                names.formUnion(Substitution.variables(pattern))
            default: break
            }
            collect(member.value, into: &names)
        }
    }
}
