internal import StrictJSON

/// The answer that CloudFormation waits for.
package struct CustomResourceAnswer: Sendable, Equatable {
    /// How it went.
    package enum Outcome: Sendable, Equatable {
        /// `version`: the database's migration; nil where nobody looked.
        case success(version: Int32?)
        /// The reason, without secrets; operators read it in the stack's events.
        case failure(reason: String)
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

    /// The name that stays the same for the resource's whole life: another one would make CloudFormation delete "the
    /// old resource" after an update.
    static let physicalResourceID = "nerdwork-database"

    /// The JSON that CloudFormation reads; never above 4096 bytes.
    package var body: [UInt8] {
        JSONWriter.object {
            $0.member("Status", isSuccess ? "SUCCESS" : "FAILED")
            if case .failure(let reason) = outcome { $0.member("Reason", reason) }
            $0.member("PhysicalResourceId", request.physicalResourceID ?? Self.physicalResourceID)
            $0.member("StackId", request.stackID)
            $0.member("RequestId", request.requestID)
            $0.member("LogicalResourceId", request.logicalResourceID)
            if case .success(let version?) = outcome {
                $0.member("Data") { $0.member("SchemaVersion", String(version)) }
            }
        }.bytes
    }
}
