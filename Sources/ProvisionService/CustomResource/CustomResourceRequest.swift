package import StrictJSON

/// CloudFormation's request to a custom resource, as far as answering needs it.
///
/// Source: AWS CloudFormation user guide, "Custom resource request and response reference". Members that it may gain are
/// ignored.
package struct CustomResourceRequest: Sendable, Equatable {
    /// What CloudFormation wants done.
    package enum Kind: String, Sendable {
        case create = "Create"
        case update = "Update"
        case delete = "Delete"
    }

    /// What of the stack it is.
    package enum Resource: Sendable, Equatable {
        /// The database, and everything else that a release needs.
        case migrations
        /// `Custom::ShownSecret`: CloudFront shows this version of the front door's secret; nil where none is named.
        case shownSecret(version: String?)

        /// The name that stays the same for the resource's whole life: another one would make CloudFormation delete "the
        /// old resource" after an update.
        var physicalID: String {
            switch self {
            case .migrations: "nerdwork-database"
            case .shownSecret: "nerdwork-shown-secret"
            }
        }
    }

    /// Nil for a kind that nobody knows: it still gets an answer.
    package let kind: Kind?
    package let resource: Resource
    /// Where the answer goes; whoever has it can answer, so it is never logged.
    package let responseURL: String
    package let stackID: String
    package let requestID: String
    package let logicalResourceID: String
    /// Absent from a Create.
    package let physicalResourceID: String?

    /// Whether the event is such a request, well-formed or not.
    package static func matches(_ json: JSONValue) -> Bool {
        json["ResponseURL"] != nil && json["RequestType"] != nil
    }

    /// Reads the request; throws where there is not even enough for an answer.
    ///
    /// The limits are those that keep the answer, which repeats the names, below its 4096 bytes.
    package init(json: JSONValue) throws(JSONError) {
        responseURL = try json.member("ResponseURL").string(maximumBytes: 8_192)
        stackID = try json.member("StackId").string(maximumBytes: 512)
        requestID = try json.member("RequestId").string(maximumBytes: 128)
        logicalResourceID = try json.member("LogicalResourceId").string(maximumBytes: 255)
        physicalResourceID = try json.optional("PhysicalResourceId")?.string(maximumBytes: 1_024)
        kind = Kind(rawValue: (try? json.member("RequestType").string(maximumBytes: 16)) ?? "")
        resource = Self.resource(json)
    }

    private static func resource(_ json: JSONValue) -> Resource {
        guard json["ResourceType"]?.matches("Custom::ShownSecret") == true else { return .migrations }
        // As long as a version's id may be (Secrets Manager API reference, "GetSecretValue").
        let version = try? json["ResourceProperties"]?["OriginSecretVersion"]?.string(maximumBytes: 64)
        return .shownSecret(version: version)
    }
}
