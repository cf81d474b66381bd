@testable internal import LocalPlatform

/// What roles of the template are needed for: each request that a function's code, Lambda or Scheduler makes with one.
struct NeededAccess {
    let deployed: DeployedTemplate

    /// A request together with what makes it.
    struct Need {
        let request: AccessRequest
        let reason: String
    }

    /// All needs by the logical name of the role.
    func byRole() throws -> [String: [Need]] {
        var needs: [String: [Need]] = [:]
        for (name, properties) in try deployed.resources("AWS::Lambda::Function") {
            let role = try role(properties["Role"]?.text)
            needs[role, default: []] += try functionNeeds(name, properties) + codeNeeds(name, properties)
        }
        for (name, properties) in try deployed.resources("AWS::Scheduler::Schedule") {
            let target = properties["Target"] ?? .null
            let role = try role(target["RoleArn"]?.text)
            needs[role, default: []] += [
                need("lambda:InvokeFunction", target["Arn"]?.text, "\(name) invokes"),
                need("sqs:SendMessage", target["DeadLetterConfig"]?["Arn"]?.text, "\(name) gives up"),
            ]
        }
        return needs
    }

    /// The logical name of the role of that ARN.
    func role(_ arn: String?) throws -> String {
        try deployed.resources("AWS::IAM::Role").map(\.name).first { try deployed.arn($0) == arn } ?? ""
    }

    /// What a function's code calls AWS for, by the variables that name it; `PermissionsTests` ties each to the code.
    func codeNeeds(_ name: String, _ function: JSONTree) throws -> [Need] {
        let arn = try deployed.arn(name)
        return try (function["Environment"]?["Variables"]?.members ?? []).flatMap { variable in
            try calls(variable.name, variable.value.text ?? "", of: name, function).map { call in
                let context = call.context.merging(["lambda:SourceFunctionArn": [arn]]) { own, _ in own }
                return need(call.action, call.resource, "\(name) reads \(variable.name)", context)
            }
        }
    }

    /// Actions on a role's login or on the origin's secret with which provision rotates them.
    private static let rotation = ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"]

    private func calls(
        _ variable: String, _ value: String, of name: String, _ function: JSONTree
    ) throws -> [AccessQuestion] {
        let writes = name == "ProvisionFunction"
        // Templates cannot leave a variable out; an empty one counts as not set.
        guard !value.isEmpty else { return [] }
        switch variable {
        case "AUTH_KEYS_SECRET_ARN" where writes:
            return ["GetSecretValue", "PutSecretValue"].map { AccessQuestion("secretsmanager:\($0)", on: value) }
        case _ where writes && (variable.hasSuffix("_LOGIN_SECRET_ARN") || variable == "ORIGIN_SECRET_ARN"):
            return Self.rotation.map { AccessQuestion("secretsmanager:\($0)", on: value) }
        // The database's own secret is encrypted with the stack's key, which does nothing without being asked.
        case "DATABASE_SECRET_ARN" where value.contains(":secret:rds!"):
            let key = try deployed.resources("AWS::KMS::Key").first.map { try deployed.arn($0.name) } ?? "none"
            let context = ["kms:ViaService": ["secretsmanager.us-east-1.amazonaws.com"]]
            return [
                AccessQuestion("secretsmanager:GetSecretValue", on: value),
                AccessQuestion("kms:Decrypt", on: key, context: context),
            ]
        case _ where variable.hasSuffix("_SECRET_ARN"):
            return [AccessQuestion("secretsmanager:GetSecretValue", on: value)]
        case "EVENT_BUS_NAME":
            return Self.sources(name).map {
                AccessQuestion(
                    "events:PutEvents", on: "arn:aws:events:us-east-1:123456789012:event-bus/\(value)",
                    context: ["events:source": [$0]])
            }
        case _ where variable.hasSuffix("_CONFIGURATION_SET"):
            // `Name <address>`: the name is another condition key.
            let sender = function["Environment"]?["Variables"]?["MAIL_FROM"]?.text ?? ""
            let address = String(sender.split(separator: "<").last ?? "").replacing(">", with: "")
            let prefix = "arn:aws:ses:us-east-1:123456789012:"
            return [
                "configuration-set/\(value)", "identity/\(deployed.template.mail.identities.first ?? "")",
            ].map { AccessQuestion("ses:SendEmail", on: prefix + $0, context: ["ses:FromAddress": [address]]) }
        case "DISCOVERY_BUCKET":
            return ["jwks.json", "openid-configuration"].map {
                AccessQuestion("s3:PutObject", on: "arn:aws:s3:::\(value)/.well-known/\($0)")
            }
        case "ANCHOR_BUCKET":
            return [
                AccessQuestion(
                    "s3:PutObject", on: "arn:aws:s3:::\(value)/anchors/a.json", context: ["s3:if-none-match": ["*"]])
            ]
        default: return []
        }
    }

    /// `source` of the events that a function publishes; the relay publishes those of all.
    private static func sources(_ function: String) -> [String] {
        let own = [
            "LoyaltyFunction": "loyalty", "WalletFunction": "wallet", "LedgerAuditFunction": "ledger",
            "AuthFunction": "auth", "AuthPasswordFunction": "auth",
        ]
        return own[function].map { ["nerdwork.\($0)"] } ?? Set(own.values).sorted().map { "nerdwork.\($0)" }
    }

    /// What Lambda does for a function with its role: logs, traces, network interface, destinations, queues.
    func functionNeeds(_ name: String, _ function: JSONTree) throws -> [Need] {
        let functionName = function["FunctionName"]?.text ?? ""
        let logs = "arn:aws:logs:us-east-1:123456789012:log-group:\(function["LoggingConfig"]?["LogGroup"]?.text ?? "")"
        var needs = ["logs:CreateLogStream", "logs:PutLogEvents"].map {
            need($0, "\(logs):log-stream:2026/11/21/[1]a", "\(name) logs")
        }
        if function["TracingConfig"]?["Mode"]?.text == "Active" {
            needs += ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map { need($0, "*", "\(name) is traced") }
        }
        if function["VpcConfig"] != nil {
            needs += Self.networkActions.map { need("ec2:\($0)", "*", "\(name) has a network interface") }
        }
        for (config, properties) in try deployed.resources("AWS::Lambda::EventInvokeConfig")
        where FunctionReference(properties["FunctionName"]?.text ?? "").name == functionName {
            let queue = properties["DestinationConfig"]?["OnFailure"]?["Destination"]?.text
            needs.append(need("sqs:SendMessage", queue, "\(config) gives up"))
        }
        for (mapping, properties) in try deployed.resources("AWS::Lambda::EventSourceMapping")
        where FunctionReference(properties["FunctionName"]?.text ?? "").name == functionName {
            needs += ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map {
                need("sqs:\($0)", properties["EventSourceArn"]?.text, "\(mapping) reads")
            }
        }
        return needs
    }

    /// Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC", "IAM permissions".
    static let networkActions = [
        "AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces",
        "DescribeSubnets", "UnassignPrivateIpAddresses",
    ]

    private func need(
        _ action: String, _ resource: String?, _ reason: String, _ context: [String: [String]] = [:]
    ) -> Need {
        Need(
            request: AccessRequest(
                principal: .service("test"), action: action, resource: resource ?? "nothing", context: context),
            reason: reason)
    }
}
