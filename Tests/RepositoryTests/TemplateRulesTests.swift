internal import LocalPlatform
import Testing

/// What no linter checks in template.json.
@Suite("The template")
struct TemplateRulesTests {
    @Test("Has a target in Sources for each of its functions")
    func functionsExist() throws {
        for function in try Repository.template().functions {
            #expect(Files.exists("\(Repository.root)/Sources/\(function.package)/main.swift"), "\(function.name)")
        }
    }

    @Test("Asks for a token on every route but the public ones")
    func routesAreProtected() throws {
        let open = try Repository.template().routes.filter { !$0.needsToken }.map(\.key)
        #expect(
            open.sorted() == [
                "GET /.well-known/jwks.json", "GET /.well-known/openid-configuration", "GET /health",
                "GET /notifications/unsubscribe/{token}", "POST /auth/email/change/cancel",
                "POST /auth/email/change/confirm", "POST /auth/login", "POST /auth/login/mfa", "POST /auth/logout",
                "POST /auth/password/forgot", "POST /auth/password/reset", "POST /auth/signup",
                "POST /auth/signup/resend", "POST /auth/token/refresh", "POST /auth/verify-email",
                "POST /notifications/unsubscribe/{token}",
            ])
    }

    @Test("Gives HTTP functions less time than API Gateway waits")
    func timeouts() throws {
        let template = try Repository.template()
        for name in Set(template.routes.map(\.function)) {
            #expect(try template.function(named: name).timeoutSeconds < 30)
        }
    }

    @Test("Gives every rule and schedule retries, and a queue for what cannot be delivered")
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
            #expect(try isEmitted || Self.logged().contains("\(namespace) \(metric)"), "\(alarm.name)")
            let dimensions = alarm.properties["Dimensions"]?.elements.compactMap { $0["Name"]?.text } ?? []
            // A metric that is emitted with a dimension does not exist without it.
            #expect(dimensions == (namespace == "Nerdwork/Ledger" ? ["Mode"] : []), "\(alarm.name)")
        }
        #expect(watched >= 9)
    }

    /// Metrics that are counted in logs.
    private static func logged() throws -> Set<String> {
        let changes = try Repository.resources(ofType: "AWS::Logs::MetricFilter")
            .flatMap { $0.properties["MetricTransformations"]?.elements ?? [] }
        return Set(changes.map { "\($0["MetricNamespace"]?.text ?? "") \($0["MetricName"]?.text ?? "")" })
    }

    @Test("Counts only lines of logs that the code writes")
    func loggedLines() throws {
        let sources = try Repository.swiftSources(except: ["LocalPlatform", "LocalRuntimeAPI", "invoke-local"])
        let filters = try Repository.resources(ofType: "AWS::Logs::MetricFilter")
        #expect(filters.count >= 2)
        for filter in filters {
            let pattern = try #require(filter.properties["FilterPattern"]?.text)
            let message = try #require(pattern.firstMatch(of: /^\{ \$\.message = "([^"]+)" \}$/)).1
            #expect(sources.contains("\"\(message)\""), "\(filter.name)")
        }
    }

    @Test("Makes two functions of auth.zip, and lets only the one that hashes passwords be limited")
    func passwords() throws {
        let template = try Repository.template()
        #expect(template.functions.filter { $0.package == "auth" }.map(\.name) == ["auth", "auth-password"])
        let hashing = Set(template.routes.filter { $0.function == "auth-password" }.map(\.key))
        let stage = try #require(try Repository.resources(ofType: "AWS::ApiGatewayV2::Stage").first)
        let throttled = stage.properties["RouteSettings"]?.members.map(\.name) ?? []
        #expect(Set(throttled) == hashing && hashing.count >= 10)
    }

    @Test("Lets CloudFront alone read the discovery documents, and the authorizer wait for them")
    func discovery() throws {
        let bucket = try #require(try Repository.resources(ofType: "AWS::S3::Bucket").first)
        let blocked = bucket.properties["PublicAccessBlockConfiguration"]?.members.map(\.value)
        #expect(blocked == Array(repeating: .bool(true), count: 4))
        #expect(bucket.properties["VersioningConfiguration"]?["Status"]?.text == "Enabled")
        #expect(bucket.properties["BucketEncryption"] != nil)
        let resources = try Repository.tree("template.json")["Resources"]
        #expect(resources?["Migrations"]?["DependsOn"]?.text == "DiscoveryBucketPolicy")
        #expect(resources?["HttpApiAuthorizer"]?["DependsOn"]?.text == "Migrations")
        let issuer = resources?["HttpApiAuthorizer"]?["Properties"]?["JwtConfiguration"]?["Issuer"]
        for function in ["Auth", "AuthPassword", "Loyalty", "Provision", "Wallet"] {
            let variables = resources?["\(function)Function"]?["Properties"]?["Environment"]?["Variables"]
            #expect(variables?["TOKEN_ISSUER"] == issuer, "\(function)")
        }
    }

    @Test("Keeps anchors where nobody can remove, replace or read them unnoticed")
    func anchors() throws {
        let bucket = try #require(
            try Repository.resources(ofType: "AWS::S3::Bucket").first { $0.name == "AnchorBucket" })
        let blocked = bucket.properties["PublicAccessBlockConfiguration"]?.members.map(\.value)
        #expect(blocked == Array(repeating: .bool(true), count: 4))
        #expect(bucket.properties["VersioningConfiguration"]?["Status"]?.text == "Enabled")
        #expect(bucket.properties["ObjectLockEnabled"] == .bool(true))
        let rule = bucket.properties["ObjectLockConfiguration"]?["Rule"]?["DefaultRetention"]
        #expect(rule?["Mode"]?.text == "COMPLIANCE" && rule?["Days"]?["Ref"]?.text == "AnchorRetentionDays")
        let policy = try #require(
            try Repository.resources(ofType: "AWS::S3::BucketPolicy").first { $0.name == "AnchorBucketPolicy" })
        let statements = policy.properties["PolicyDocument"]?["Statement"]?.elements ?? []
        #expect(statements.count == 3 && statements.allSatisfy { $0["Effect"]?.text == "Deny" })
        #expect(statements.first?["Condition"]?["Bool"]?["aws:SecureTransport"]?.text == "false")
        #expect(try Repository.template().lockedBuckets.count == 1)
    }

    @Test("Puts no function in place before the migrations have run")
    func migrationsFirst() throws {
        for resource in try Repository.tree("template.json")["Resources"]?.members ?? []
        where resource.value["Type"]?.text == "AWS::Lambda::Function" && resource.name != "ProvisionFunction" {
            #expect(resource.value["DependsOn"]?.text == "Migrations", "\(resource.name)")
        }
    }
}
