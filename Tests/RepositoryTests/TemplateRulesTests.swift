internal import LocalPlatform
import Testing

/// What no linter checks in template.json.
@Suite("The template")
struct TemplateRulesTests {
    @Test("Has a target in Sources for each of its functions")
    func functionsExist() throws {
        for function in try Repository.template().functions {
            #expect(Files.exists("\(Repository.root)/Sources/\(function.name)/main.swift"), "\(function.name)")
        }
    }

    @Test("Holds nothing that the local stack has never heard of")
    func everythingIsKnown() throws {
        #expect(try Repository.template().unknownTypes == [])
    }

    @Test("Asks for a token on every route but the public ones")
    func routesAreProtected() throws {
        let open = try Repository.template().routes.filter { !$0.needsToken }.map(\.key)
        #expect(
            open.sorted() == [
                "GET /health", "GET /notifications/unsubscribe/{token}", "POST /notifications/unsubscribe/{token}",
            ])
    }

    @Test("Gives HTTP functions less time than API Gateway waits")
    func timeouts() throws {
        let template = try Repository.template()
        for name in Set(template.routes.map(\.function)) {
            #expect(try template.function(named: name).timeoutSeconds < 30)
        }
    }

    @Test("Gives every rule, schedule and asynchronous function a queue for what cannot be delivered")
    func deadLetters() throws {
        for rule in try Repository.resources(ofType: "AWS::Events::Rule") {
            for target in rule.properties["Targets"]?.elements ?? [] {
                #expect(target["DeadLetterConfig"]?["Arn"] != nil && target["RetryPolicy"] != nil, "\(rule.name)")
            }
        }
        for schedule in try Repository.resources(ofType: "AWS::Scheduler::Schedule") {
            let target = schedule.properties["Target"]
            #expect(target?["DeadLetterConfig"]?["Arn"] != nil && target?["RetryPolicy"] != nil, "\(schedule.name)")
        }
        let configured = try Repository.resources(ofType: "AWS::Lambda::EventInvokeConfig")
            .compactMap { $0.properties["FunctionName"]?["Ref"]?.text }
        #expect(
            configured.sorted() == [
                "LedgerAuditFunction", "LoyaltyFunction", "NotificationFunction", "OutboxRelayFunction",
            ])
    }

    @Test("Gives every queue a policy, and every log group an end")
    func queuesAndLogs() throws {
        let queues = try Repository.resources(ofType: "AWS::SQS::Queue").map(\.name)
        let covered = try Repository.resources(ofType: "AWS::SQS::QueuePolicy")
            .flatMap { $0.properties["Queues"]?.elements.compactMap { $0["Ref"]?.text } ?? [] }
        #expect(queues.sorted() == covered.sorted())
        for group in try Repository.resources(ofType: "AWS::Logs::LogGroup") {
            #expect(group.properties["RetentionInDays"] != nil, "\(group.name)")
        }
    }

    @Test("Lets a role use every resource only where the API has no narrower form")
    func leastPrivilege() throws {
        let allowed: Set<String> = [
            "xray:PutTelemetryRecords", "xray:PutTraceSegments", "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
        var wide: Set<String> = []
        for role in try Repository.resources(ofType: "AWS::IAM::Role") {
            for policy in role.properties["Policies"]?.elements ?? [] { wide.formUnion(Self.wide(policy)) }
        }
        for policy in try Repository.resources(ofType: "AWS::IAM::ManagedPolicy") {
            wide.formUnion(Self.wide(policy.properties))
        }
        #expect(wide == allowed)
    }

    /// Actions that a policy allows on every resource.
    private static func wide(_ policy: JSONTree) -> [String] {
        (policy["PolicyDocument"]?["Statement"]?.elements ?? [])
            .filter { $0["Effect"]?.text == "Allow" && $0["Resource"]?.text == "*" }
            .flatMap { $0["Action"]?.text.map { [$0] } ?? $0["Action"]?.elements.compactMap(\.text) ?? [] }
    }

    @Test("Gives every alarm somebody to tell, and every invocation permission a source")
    func alarmsAndPermissions() throws {
        for alarm in try Repository.resources(ofType: "AWS::CloudWatch::Alarm") {
            #expect(alarm.properties["AlarmActions"]?.elements.isEmpty == false, "\(alarm.name)")
        }
        for permission in try Repository.resources(ofType: "AWS::Lambda::Permission") {
            #expect(permission.properties["SourceArn"] != nil, "\(permission.name)")
        }
    }

    @Test("Watches only metrics of ours that the code emits, under their dimensions")
    func metrics() throws {
        let sources = try Repository.swiftSources(except: ["LocalPlatform", "LocalRuntimeAPI", "invoke-local"])
        var watched = 0
        for alarm in try Repository.resources(ofType: "AWS::CloudWatch::Alarm") {
            guard let namespace = alarm.properties["Namespace"]?.text, namespace.hasPrefix("Nerdwork/") else {
                continue
            }
            watched += 1
            let metric = try #require(alarm.properties["MetricName"]?.text)
            let isEmitted = sources.contains("namespace: \"\(namespace)\"") && sources.contains("metric(\"\(metric)\"")
            #expect(isEmitted, "\(alarm.name)")
            let dimensions = alarm.properties["Dimensions"]?.elements.compactMap { $0["Name"]?.text } ?? []
            // A metric that is emitted with a dimension does not exist without it.
            #expect(dimensions == (namespace == "Nerdwork/Ledger" ? ["Mode"] : []), "\(alarm.name)")
        }
        #expect(watched >= 9)
    }

    @Test("Puts no function in place before the migrations have run")
    func migrationsFirst() throws {
        for resource in try Repository.tree("template.json")["Resources"]?.members ?? []
        where resource.value["Type"]?.text == "AWS::Lambda::Function" && resource.name != "ProvisionFunction" {
            #expect(resource.value["DependsOn"]?.text == "Migrations", "\(resource.name)")
        }
    }
}
