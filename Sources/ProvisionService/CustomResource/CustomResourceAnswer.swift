internal import StrictJSON

/// The answer that CloudFormation waits for.
package struct CustomResourceAnswer: Sendable, Equatable {
    /// How it went.
    package enum Outcome: Sendable, Equatable {
        /// With what the stack's other resources may want to know.
        case success(Attributes)
        /// The reason, without secrets; operators read it in the stack's events.
        case failure(reason: String)
    }

    /// What `Fn::GetAtt` finds; what is nil is left out.
    package struct Attributes: Sendable, Equatable {
        /// The database's migration.
        var schemaVersion: Int32?
        /// The version of the front door's secret that CloudFront is to show.
        var originSecretVersion: String?

        package init(schemaVersion: Int32? = nil, originSecretVersion: String? = nil) {
            self.schemaVersion = schemaVersion
            self.originSecretVersion = originSecretVersion
        }
    }

    package let outcome: Outcome
    private let request: CustomResourceRequest

    package init(_ outcome: Outcome, to request: CustomResourceRequest) {
        self.outcome = outcome
        self.request = request
    }

    /// Whether the stack goes on.
    package var isSuccess: Bool {
        if case .success = outcome { true } else { false }
    }

    /// The JSON that CloudFormation reads; never above 4096 bytes.
    package var body: [UInt8] {
        JSONWriter.object {
            $0.member("Status", isSuccess ? "SUCCESS" : "FAILED")
            if case .failure(let reason) = outcome { $0.member("Reason", reason) }
            $0.member("PhysicalResourceId", request.physicalResourceID ?? request.resource.physicalID)
            $0.member("StackId", request.stackID)
            $0.member("RequestId", request.requestID)
            $0.member("LogicalResourceId", request.logicalResourceID)
            if case .success(let attributes) = outcome, attributes != Attributes() {
                $0.member("Data") {
                    $0.optional("SchemaVersion", attributes.schemaVersion.map { String($0) })
                    $0.optional("OriginSecretVersion", attributes.originSecretVersion)
                }
            }
        }.bytes
    }
}
