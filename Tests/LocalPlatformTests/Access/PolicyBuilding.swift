import Testing

@testable internal import LocalPlatform

/// Policies and requests as tests write them down.
enum PolicyBuilding {
    static let role = AccessPrincipal.role(
        arn: "arn:aws:iam::123456789012:role/R", session: "arn:aws:sts::123456789012:assumed-role/R/function")

    static func policy(_ text: String) throws -> PolicyDocument {
        try PolicyDocument(try JSONTree(parsing: Array(text.utf8)), at: "the policy")
    }

    /// A policy of one statement that allows everything where its condition holds.
    static func policy(condition: String) throws -> PolicyDocument {
        try policy(
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":\#(condition)}}"#
        )
    }

    static func request(
        _ action: String, _ resource: String = "*", _ context: [String: [String]] = [:]
    ) -> AccessRequest {
        AccessRequest(principal: role, action: action, resource: resource, context: context)
    }
}
