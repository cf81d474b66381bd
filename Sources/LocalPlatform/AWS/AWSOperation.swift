internal import LocalRuntimeAPI

/// What a request asks of which service.
struct AWSOperation: Equatable {
    enum Service: String {
        case ses
        case events
        case s3
        case secretsManager = "secretsmanager"
        case unknown
    }

    let service: Service
    /// Such as `PutEvents`; for what is not served, what the request says of itself.
    let name: String
    let isServed: Bool
    let form: AWSProtocol

    /// How it is called on the console and in policies: `events:PutEvents`.
    var title: String { service == .unknown ? name : "\(service.rawValue):\(name)" }

    /// Reads the header `X-Amz-Target` of AWS JSON, else method and path of the REST protocols.
    init(_ request: RecordedRequest) {
        if let target = request.header("X-Amz-Target") {
            let parts = target.split(separator: ".", maxSplits: 1).map(String.init)
            let name = parts.count == 2 ? parts[1] : target
            self.init(service: Self.services[parts[0]] ?? .unknown, name: name, form: .json11)
            return
        }
        let path = request.path.prefix { $0 != "?" }
        // S3 alone wants the digest of the body in a field of its own.
        if request.header("X-Amz-Content-Sha256") != nil {
            let name = request.method == "PUT" ? "PutObject" : "\(request.method) \(path)"
            self.init(service: .s3, name: name, form: .restXML)
            return
        }
        switch (request.method, path) {
        case ("POST", "/v2/email/outbound-emails"): self.init(service: .ses, name: "SendEmail", form: .restJSON)
        default:
            let service: Service = path.hasPrefix("/v2/email/") ? .ses : .unknown
            self.init(service: service, name: "\(request.method) \(path)", form: .restJSON)
        }
    }

    private init(service: Service, name: String, form: AWSProtocol) {
        self.service = service
        self.name = name
        self.form = form
        isServed = Self.served.contains("\(service.rawValue):\(name)")
    }

    private static let services: [String: Service] = ["AWSEvents": .events, "secretsmanager": .secretsManager]

    /// All that the local stack does.
    static let served: [String] = [
        "ses:SendEmail", "events:PutEvents", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
        "secretsmanager:DescribeSecret", "secretsmanager:UpdateSecretVersionStage",
        "s3:PutObject",
    ]

    /// What AWS answers to an operation that it does not know.
    var unknownFailure: AWSFailure {
        form == .json11
            ? AWSFailure(400, "UnknownOperationException", "The operation \(name) is unknown here.")
            : AWSFailure(404, "UnknownOperationException", "There is no operation \(name) here.")
    }
}
