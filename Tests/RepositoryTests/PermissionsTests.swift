import Testing

@testable internal import LocalPlatform

/// What each function may do in AWS against what its code calls.
@Suite("Permissions")
struct PermissionsTests {
    /// Actions and resources that a role's own policy allows, without its log group and dead-letter queue.
    private func allowed(_ role: String) throws -> [(action: String, resources: [String])] {
        let resource = try #require(try Repository.resources(ofType: "AWS::IAM::Role").first { $0.name == role })
        let statements = resource.properties["Policies"]?.elements.flatMap {
            $0["PolicyDocument"]?["Statement"]?.elements ?? []
        }
        return (statements ?? []).flatMap { statement in
            let actions = statement["Action"].map { $0.elements.isEmpty ? [$0] : $0.elements } ?? []
            let resources = statement["Resource"].map { $0.elements.isEmpty ? [$0] : $0.elements } ?? []
            let names = resources.compactMap(name).sorted()
            return actions.compactMap(\.text)
                .filter { $0 != "sqs:SendMessage" && !$0.hasPrefix("logs:") }.map { (action: $0, resources: names) }
        }
    }

    /// The logical name of a resource that a policy names by `Ref`, `Fn::GetAtt` or in an ARN.
    ///
    /// Of a choice the first branch counts, which is there to be used.
    private func name(_ reference: JSONTree) -> String? {
        if let choice = reference["Fn::If"]?.elements, choice.count == 3 { return name(choice[1]) }
        if let name = reference["Ref"]?.text ?? reference["Fn::GetAtt"]?.elements.first?.text { return name }
        guard let arn = reference["Fn::Sub"]?.text, let last = arn.split(separator: "/").last else { return nil }
        return last.hasPrefix("${") ? String(last.dropFirst(2).dropLast()) : nil
    }

    private func environment(_ function: String) throws -> [JSONTree.Member] {
        let resources = try Repository.resources(ofType: "AWS::Lambda::Function")
        let resource = try #require(resources.first { $0.name == "\(function)Function" })
        return resource.properties["Environment"]?["Variables"]?.members ?? []
    }

    static let functions = [
        "Provision", "Loyalty", "Wallet", "LedgerAudit", "Notification", "OutboxRelay", "Auth", "AuthPassword",
    ]

    @Test("A function reads exactly the secrets that its variables name", arguments: functions)
    func secrets(function: String) throws {
        let named = try environment(function).filter { $0.name.hasSuffix("_SECRET_ARN") }
            .compactMap { name($0.value) }
        let allowed = try allowed("\(function)Role").filter { $0.action == "secretsmanager:GetSecretValue" }
        #expect(allowed.flatMap(\.resources).sorted() == named.sorted())
        // The owner's secret is made by RDS, with the database.
        let secrets = try Set(Repository.resources(ofType: "AWS::SecretsManager::Secret").map(\.name))
        #expect(secrets.union(function == "Provision" ? ["DatabaseCluster"] : []).isSuperset(of: named))
    }

    @Test(
        "Only provision writes, the keys' secret and the published documents, and the audit anchors",
        arguments: functions)
    func writing(function: String) throws {
        let resource = try Repository.resources(ofType: "AWS::IAM::Role").first { $0.name == "\(function)Role" }
        let statements = resource?.properties["Policies"]?.elements.flatMap {
            $0["PolicyDocument"]?["Statement"]?.elements ?? []
        }
        let writing = (statements ?? []).filter {
            ["secretsmanager:PutSecretValue", "s3:PutObject"].contains($0["Action"]?.text)
        }
        let expected = [
            "Provision": ["AuthKeys", "${DiscoveryBucket.Arn}/.well-known/*"],
            "LedgerAudit": ["${AnchorBucket.Arn}/anchors/*"],
        ]
        let resources = writing.map { $0["Resource"]?["Ref"]?.text ?? $0["Resource"]?["Fn::Sub"]?.text }
        #expect(resources == expected[function] ?? [])
    }

    @Test("Only provision rotates: the secrets of the database's roles and of the front door", arguments: functions)
    func rotating(function: String) throws {
        let rotated = try environment(function)
            .filter {
                $0.name.hasSuffix("_LOGIN_SECRET_ARN") || function == "Provision" && $0.name == "ORIGIN_SECRET_ARN"
            }
            .compactMap { name($0.value) }
        #expect(rotated.count == (function == "Provision" ? 7 : 0))
        for action in ["DescribeSecret", "UpdateSecretVersionStage"] {
            let allowed = try allowed("\(function)Role").filter { $0.action == "secretsmanager:\(action)" }
            #expect(allowed.flatMap(\.resources).sorted() == rotated.sorted(), "\(action)")
        }
        let scheduled = try Repository.resources(ofType: "AWS::SecretsManager::RotationSchedule")
            .compactMap { $0.properties["SecretId"]?["Ref"]?.text }
        // CloudFront has the front door's secret from a deployment, so that it must not change by itself.
        #expect(function != "Provision" || scheduled.sorted() == rotated.filter { $0 != "OriginSecret" }.sorted())
    }

    @Test("A function publishes on the stack's bus alone, and only where its variables name it", arguments: functions)
    func events(function: String) throws {
        let bus = try environment(function).filter { $0.name == "EVENT_BUS_NAME" }.compactMap { $0.value["Ref"]?.text }
        let allowed = try allowed("\(function)Role").filter { $0.action.hasPrefix("events:") }
        #expect(allowed.allSatisfy { $0.action == "events:PutEvents" })
        #expect(allowed.flatMap(\.resources) == bus)
    }

    /// The relay publishes what the table's policies have let in, whoever wrote it.
    ///
    /// Source: EventBridge user guide, "Using IAM policy conditions in Amazon EventBridge".
    @Test(
        "A service publishes events of its own source alone, as in the outbox's table",
        arguments: [
            ("Loyalty", "nerdwork.loyalty"), ("Wallet", "nerdwork.wallet"), ("LedgerAudit", "nerdwork.ledger"),
            ("Auth", "nerdwork.auth"),
            ("AuthPassword", "nerdwork.auth"),
        ])
    func sources(_ row: (function: String, source: String)) throws {
        let role = try #require(
            try Repository.resources(ofType: "AWS::IAM::Role").first { $0.name == "\(row.function)Role" })
        let statements = role.properties["Policies"]?.elements.flatMap {
            $0["PolicyDocument"]?["Statement"]?.elements ?? []
        }
        let publishing = try #require(statements).filter { $0["Action"]?.text == "events:PutEvents" }
        #expect(publishing.map { $0["Condition"]?["StringEquals"]?["events:source"]?.text } == [row.source])
        let migrations = try Repository.files().filter { $0.hasPrefix("Sources/Migrations/SQL/") }
        let sql = try migrations.map { try Repository.text($0) }.joined()
        #expect(sql.contains("with check (source = '\(row.source)')"))
    }

    @Test(
        "A function sends mail only with its identity and configuration sets, and from one address",
        arguments: functions)
    func mail(function: String) throws {
        let sets = try environment(function).filter { $0.name.hasSuffix("_CONFIGURATION_SET") }
            .compactMap { $0.value["Ref"]?.text }
        let allowed = try allowed("\(function)Role").filter { $0.action.hasPrefix("ses:") }
        #expect(allowed.map(\.action) == (sets.isEmpty ? [] : ["ses:SendEmail"]))
        #expect(allowed.flatMap(\.resources) == (sets.isEmpty ? [] : (sets + ["MailIdentity"]).sorted()))
        guard !sets.isEmpty else { return }
        let policy = try Repository.text("template.json")
        #expect(policy.contains(#""Condition": { "StringEquals": { "ses:FromAddress": { "Ref": "MailFrom" } } }"#))
    }

    @Test("No role of a function may do anything else", arguments: functions)
    func nothingElse(function: String) throws {
        var known: Set<String> = ["secretsmanager:GetSecretValue", "events:PutEvents", "ses:SendEmail"]
        if function == "Provision" {
            known.formUnion([
                "secretsmanager:PutSecretValue", "secretsmanager:DescribeSecret",
                "secretsmanager:UpdateSecretVersionStage", "s3:PutObject", "kms:Decrypt",
            ])
        }
        if function == "LedgerAudit" { known.insert("s3:PutObject") }
        #expect(try Set(allowed("\(function)Role").map(\.action)).isSubset(of: known))
    }

    /// The calls behind the permissions, and the only targets whose code makes them.
    static let calls = [
        (call: ".sendEmail(", targets: ["NotificationService"]), (call: ".putEvents(", targets: ["ServiceKit"]),
        (call: ".putSecretValue(", targets: ["ProvisionService"]),
        (call: ".describeSecret(", targets: ["ProvisionService"]),
        (call: ".moveSecretStage(", targets: ["ProvisionService"]),
        (call: ".putObject(", targets: ["LedgerAuditService", "ProvisionService"]),
    ]

    @Test("Each call of AWS stands where its permission is expected", arguments: calls)
    func callers(call: String, targets: [String]) throws {
        let local = ["AWSClient", "LocalPlatform", "LocalRuntimeAPI", "invoke-local"]
        let found = try Files.names(in: "\(Repository.root)/Sources").filter { target in
            try !local.contains(target) && Repository.swiftSources(only: target).contains(call)
        }
        #expect(found == targets)
    }

    /// What the client of AWS can do, and the action of IAM behind it; `NeededAccess` knows each of them.
    static let operations = [
        "DescribeSecret": "secretsmanager:DescribeSecret", "GetSecretValue": "secretsmanager:GetSecretValue",
        "PutEvents": "events:PutEvents", "PutObject": "s3:PutObject",
        "PutSecretValue": "secretsmanager:PutSecretValue", "SendEmail": "ses:SendEmail",
        "UpdateSecretVersionStage": "secretsmanager:UpdateSecretVersionStage",
    ]

    @Test("Every operation of the client of AWS is one that permissions are derived from, and is played here")
    func operations() throws {
        let files = try Repository.files().filter { $0.hasPrefix("Sources/AWSClient/") }
        let names = files.compactMap { $0.firstMatch(of: /\/AWSClient\+([A-Za-z]+)\.swift$/).map { String($0.1) } }
        #expect(names.count >= 5)
        for name in names {
            let action = try #require(Self.operations[name], "\(name)")
            #expect(LocalAWS.servedOperations.contains(action), "\(action)")
        }
        let needed = try NeededAccess(deployed: DeployedTemplate.variant(0)).byRole().values.joined().map(
            \.request.action)
        for name in names { #expect(needed.contains(Self.operations[name] ?? ""), "\(name)") }
    }
}
