import Testing

@testable internal import LocalPlatform

/// Who invokes which function, by which name, and whether it may.
@Suite("Invocations")
struct TemplateInvocationTests {
    /// Something that invokes a function by a policy of that function, or sends to a queue or a topic by theirs.
    private struct Invoker {
        let name: String
        let service: String
        let target: String
        let sourceARN: String
    }

    private func rules(_ deployed: DeployedTemplate) throws -> [Invoker] {
        try deployed.resources("AWS::Events::Rule").flatMap { name, properties in
            try (properties["Targets"]?.elements ?? []).flatMap { target in
                try [target["Arn"], target["DeadLetterConfig"]?["Arn"]].compactMap { $0?.text }.map {
                    Invoker(name: name, service: "events.amazonaws.com", target: $0, sourceARN: try deployed.arn(name))
                }
            }
        }
    }

    /// The source that API Gateway names: the route with its parameters as they stand in the route.
    private func routes(_ deployed: DeployedTemplate) throws -> [Invoker] {
        let integrations = Dictionary(
            uniqueKeysWithValues: try deployed.resources("AWS::ApiGatewayV2::Integration").map {
                ($0.name, $0.properties["IntegrationUri"]?.text ?? "")
            })
        return try deployed.resources("AWS::ApiGatewayV2::Route").map { name, properties in
            let key = (properties["RouteKey"]?.text ?? "").split(separator: " ").joined()
            let integration = String((properties["Target"]?.text ?? "").drop { $0 != "/" }.dropFirst())
            return Invoker(
                name: name, service: "apigateway.amazonaws.com", target: integrations[integration] ?? "",
                sourceARN: "arn:aws:execute-api:us-east-1:123456789012:local/$default/\(key)")
        }
    }

    /// Whether an `AWS::Lambda::Permission` lets the invoker in.
    private func mayInvoke(_ invoker: Invoker, _ deployed: DeployedTemplate) throws -> Bool {
        let target = FunctionReference(invoker.target)
        return try deployed.resources("AWS::Lambda::Permission").contains { _, permission in
            let pattern = permission["SourceArn"]?.text ?? ""
            let source = PolicyPattern(pattern, .plain, for: nil)?.matches(invoker.sourceARN) ?? false
            return FunctionReference(permission["FunctionName"]?.text ?? "") == target && source
                && permission["Principal"]?.text == invoker.service
                && permission["Action"]?.text == "lambda:InvokeFunction"
        }
    }

    /// Whether a policy of the queue or topic lets the service send to it, encrypted.
    private func maySend(
        _ service: String, to arn: String, from source: String, _ deployed: DeployedTemplate
    ) throws -> Bool {
        let isQueue = arn.contains(":sqs:")
        let holders = try deployed.resources(isQueue ? "AWS::SQS::QueuePolicy" : "AWS::SNS::TopicPolicy")
        return try holders.contains { name, properties in
            let policy = try PolicyDocument(properties["PolicyDocument"] ?? .null, at: name)
            let request = AccessRequest(
                principal: .service(service), action: isQueue ? "sqs:SendMessage" : "sns:Publish", resource: arn,
                context: [
                    "aws:SourceArn": [source], "aws:SourceAccount": ["123456789012"], "aws:SecureTransport": ["true"],
                ])
            return policy.verdictOfResource(on: request) == .allow
        }
    }

    @Test(
        "Every route and every rule may invoke its function, and send what it gives up",
        arguments: DeployedTemplate.variants)
    func allowed(variant: Int) throws {
        let deployed = try DeployedTemplate.variant(variant)
        let invokers = try rules(deployed) + routes(deployed)
        #expect(invokers.count >= 60)
        for invoker in invokers {
            let isFunction = invoker.target.contains(":function:")
            let isAllowed =
                try isFunction
                ? mayInvoke(invoker, deployed)
                : maySend(invoker.service, to: invoker.target, from: invoker.sourceARN, deployed)
            #expect(isAllowed, "\(invoker.name) \(invoker.target)")
        }
    }

    @Test("Every permission is somebody's, and names whose", arguments: DeployedTemplate.variants)
    func permissions(variant: Int) throws {
        let deployed = try DeployedTemplate.variant(variant)
        let invokers = try rules(deployed) + routes(deployed)
        for (name, permission) in try deployed.resources("AWS::Lambda::Permission") {
            let source = permission["SourceArn"]?.text
            #expect(source != nil || permission["SourceAccount"]?.text == "123456789012", "\(name)")
            guard let source, let pattern = PolicyPattern(source, .plain, for: nil) else { continue }
            #expect(
                invokers.contains {
                    $0.service == permission["Principal"]?.text && pattern.matches($0.sourceARN)
                        && FunctionReference($0.target) == FunctionReference(permission["FunctionName"]?.text ?? "")
                }, "\(name)")
        }
    }

    /// A release is taken back by pointing the alias at the version before: what names the function itself would stay.
    @Test("Everything that invokes names the alias live, but what deploys", arguments: DeployedTemplate.variants)
    func aliases(variant: Int) throws {
        let deployed = try DeployedTemplate.variant(variant)
        var named: [(String, String)] = try (rules(deployed) + routes(deployed)).map { ($0.name, $0.target) }
            .filter { $0.1.contains(":function:") }
        named += try deployed.resources("AWS::Scheduler::Schedule").map {
            ($0.name, $0.properties["Target"]?["Arn"]?.text ?? "")
        }
        named += try deployed.resources("AWS::Lambda::EventSourceMapping").map {
            ($0.name, $0.properties["FunctionName"]?.text ?? "")
        }
        named += try deployed.resources("AWS::Lambda::Permission").map {
            ($0.name, $0.properties["FunctionName"]?.text ?? "")
        }
        #expect(named.count >= 70)
        for (name, target) in named { #expect(FunctionReference(target).qualifier == "live", "\(name)") }
        for function in deployed.template.functions { #expect(function.alias == "live", "\(function.name)") }
    }

    @Test("Each function has a version for each release, which nothing removes")
    func versions() throws {
        let resources = try Repository.tree("template.json")["Resources"]
        for (name, properties) in try DeployedTemplate.variant(0).resources("AWS::Lambda::Version") {
            #expect(resources?[name]?["DeletionPolicy"]?.text == "Retain", "\(name)")
            #expect(resources?[name]?["UpdateReplacePolicy"]?.text == "Retain", "\(name)")
            #expect(resources?[name]?["Properties"]?["Description"]?["Ref"]?.text == "Release", "\(name)")
            #expect(properties["FunctionName"]?.text != nil)
        }
        let functions = try DeployedTemplate.variant(0).template.functions.count
        #expect(try DeployedTemplate.variant(0).resources("AWS::Lambda::Version").count == functions)
    }

    /// The functions that rules and schedules invoke: those do not wait for the answer.
    @Test(
        "What is invoked without waiting has retries, an end and a place for what failed, by the name it is invoked by")
    func asynchronous() throws {
        for variant in DeployedTemplate.variants {
            let deployed = try DeployedTemplate.variant(variant)
            let configured = Dictionary(
                try deployed.resources("AWS::Lambda::EventInvokeConfig").map { _, properties -> (String, JSONTree) in
                    let name = FunctionReference(properties["FunctionName"]?.text ?? "").name
                    return ("\(name):\(properties["Qualifier"]?.text ?? "")", properties)
                }
            ) { first, _ in first }
            let schedules = try deployed.resources("AWS::Scheduler::Schedule").map {
                $0.properties["Target"]?["Arn"]?.text ?? ""
            }
            for target in try rules(deployed).map(\.target).filter({ $0.contains(":function:") }) + schedules {
                let reference = FunctionReference(target)
                let config = configured["\(reference.name):\(reference.qualifier ?? "$LATEST")"]
                #expect(
                    config?["MaximumRetryAttempts"] != nil && config?["MaximumEventAgeInSeconds"] != nil, "\(target)")
                #expect(
                    config?["DestinationConfig"]?["OnFailure"]?["Destination"]?.text?.contains(":sqs:") == true,
                    "\(target)")
            }
        }
    }
}
