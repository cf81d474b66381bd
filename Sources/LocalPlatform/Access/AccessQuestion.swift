internal import LocalRuntimeAPI
internal import Mail

/// One action on one resource that a call needs; a call may need several.
struct AccessQuestion: Equatable {
    /// Such as `s3:PutObject`.
    let action: String
    let resource: String
    /// How the service names the resource when it refuses.
    let shownResource: String
    /// What the service knows of the request, by condition key.
    let context: [String: [String]]

    init(_ action: String, on resource: String, shown: String? = nil, context: [String: [String]] = [:]) {
        self.action = action
        self.resource = resource
        shownResource = shown ?? resource
        self.context = context
    }
}

/// What calls of AWS ask of policies (Service Authorization Reference, "Actions, resources, and condition keys").
struct AccessQuestions {
    let mail: TemplateMail
    let secrets: [SecretDefinition]

    /// The condition keys that a question may carry, in lower case; others are not known here.
    static let conditionKeys: Set<String> = [
        "events:detail-type", "events:eventbusinvocation", "events:source", "s3:if-none-match", "s3:if-match",
        "s3:x-amz-acl", "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:x-amz-storage-class", "secretsmanager:secretid", "secretsmanager:versionid",
        "secretsmanager:versionstage", "ses:apiversion", "ses:fromaddress", "ses:fromdisplayname", "ses:recipients",
    ]

    /// All that a call needs; none where it says too little to be anything but refused as malformed.
    func questions(_ operation: AWSOperation, _ request: RecordedRequest, _ body: JSONTree) -> [AccessQuestion] {
        switch operation.service {
        case .ses: email(body)
        case .events: events(body)
        case .secretsManager: [secret(operation.name, body)]
        case .s3: object(request)
        case .unknown: []
        }
    }

    /// `ses:SendEmail` on the identity, and on the configuration set where one is named.
    private func email(_ body: JSONTree) -> [AccessQuestion] {
        guard let sender = body["FromEmailAddress"]?.text.flatMap({ Sender($0) }) else { return [] }
        let receivers = (body["Destination"]?.members ?? []).flatMap { $0.value.elements.compactMap(\.text) }
        var context = [
            "ses:ApiVersion": ["2"], "ses:FromAddress": [sender.address.canonical], "ses:Recipients": receivers,
        ]
        if !sender.name.isEmpty { context["ses:FromDisplayName"] = [sender.name] }
        let prefix = "arn:aws:ses:us-east-1:123456789012:"
        var resources = ["\(prefix)identity/\(identity(of: sender.address.canonical))"]
        if let set = body["ConfigurationSetName"]?.text { resources.append("\(prefix)configuration-set/\(set)") }
        return resources.map { AccessQuestion("ses:SendEmail", on: $0, context: context) }
    }

    /// The address where it is verified itself or nothing is, else the nearest verified domain.
    private func identity(of address: String) -> String {
        let domain = String(address.split(separator: "@").last ?? "")
        let domains = mail.identities.filter { domain == $0 || domain.hasSuffix(".\($0)") }
        if mail.identities.contains(address) { return address }
        return domains.max { $0.utf8.count < $1.utf8.count } ?? address
    }

    /// `events:PutEvents` on the bus of each entry.
    private func events(_ body: JSONTree) -> [AccessQuestion] {
        (body["Entries"]?.elements ?? []).map { entry in
            var context = ["events:eventBusInvocation": ["false"]]
            context["events:source"] = entry["Source"]?.text.map { [$0] }
            context["events:detail-type"] = entry["DetailType"]?.text.map { [$0] }
            let bus = EventBusName.short(entry["EventBusName"]?.scalarText)
            return AccessQuestion(
                "events:PutEvents", on: "arn:aws:events:us-east-1:123456789012:event-bus/\(bus)", context: context)
        }
    }

    /// One action on one secret; refusals name it as the call did.
    private func secret(_ operation: String, _ body: JSONTree) -> AccessQuestion {
        let action = "secretsmanager:\(operation)"
        guard let id = body["SecretId"]?.text else { return AccessQuestion(action, on: "*") }
        let known = secrets.first { $0.arn == id || $0.name == id }?.arn
        // Where there is no such secret its six characters are none as well.
        let arn = known ?? (id.hasPrefix("arn:") ? id : "arn:aws:secretsmanager:us-east-1:123456789012:secret:\(id)")
        var context = ["secretsmanager:SecretId": [arn]]
        context["secretsmanager:VersionId"] = body["VersionId"]?.text.map { [$0] }
        context["secretsmanager:VersionStage"] = body["VersionStage"]?.text.map { [$0] }
        return AccessQuestion(action, on: arn, shown: id, context: context)
    }

    /// `s3:PutObject`, and what the fields of the request need beyond it (S3 API reference, `PutObject`).
    private func object(_ request: RecordedRequest) -> [AccessQuestion] {
        let path = request.path.prefix { $0 != "?" }.drop { $0 == "/" }
        let arn = "arn:aws:s3:::\(path)"
        var context: [String: [String]] = [:]
        for (field, key) in Self.fields { context[key] = request.header(field).map { [$0] } }
        let further = Self.furtherActions.filter { request.header($0.field) != nil }.map(\.action)
        return (["s3:PutObject"] + further).map {
            AccessQuestion($0, on: arn, shown: "\"\(arn)\"", context: context)
        }
    }

    private static let fields = [
        ("If-None-Match", "s3:if-none-match"), ("If-Match", "s3:if-match"), ("X-Amz-Acl", "s3:x-amz-acl"),
        ("X-Amz-Server-Side-Encryption", "s3:x-amz-server-side-encryption"),
        ("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", "s3:x-amz-server-side-encryption-aws-kms-key-id"),
        ("X-Amz-Storage-Class", "s3:x-amz-storage-class"),
    ]

    private static let furtherActions = [
        (field: "X-Amz-Acl", action: "s3:PutObjectAcl"), (field: "X-Amz-Tagging", action: "s3:PutObjectTagging"),
        (field: "X-Amz-Object-Lock-Mode", action: "s3:PutObjectRetention"),
        (field: "X-Amz-Object-Lock-Legal-Hold", action: "s3:PutObjectLegalHold"),
    ]
}
