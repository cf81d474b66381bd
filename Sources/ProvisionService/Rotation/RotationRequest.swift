internal import StrictJSON

/// One step of the rotation of a secret, as Secrets Manager asks for it.
///
/// Source: Secrets Manager user guide, "Rotation by Lambda function" and "Lambda rotation functions".
package struct RotationRequest: Hashable, Sendable {
    package enum Step: String, Sendable {
        /// Makes the new value, as a version at AWSPENDING.
        case create = "createSecret"
        /// Brings it to where it is used.
        case set = "setSecret"
        /// Uses it.
        case test = "testSecret"
        /// Makes it the current one.
        case finish = "finishSecret"
    }

    package let step: Step
    /// The secret's ARN.
    package let secret: String
    /// The id of the version that the rotation makes.
    package let token: String

    package init(_ step: Step, secret: String, token: String) {
        self.step = step
        self.secret = secret
        self.token = token
    }

    /// Whether it looks like one.
    static func matches(_ json: JSONValue) -> Bool {
        ["Step", "SecretId", "ClientRequestToken"].allSatisfy { json[$0] != nil }
    }

    /// Other members, such as `RotationToken`, are for rotations across accounts.
    init(json: JSONValue) throws(JSONError) {
        let step = try json.member("Step")
        guard let known = Step(rawValue: try step.string(maximumBytes: 64)) else { throw step.error(.range) }
        self.init(
            known, secret: try json.member("SecretId").string(maximumBytes: 2_048),
            token: try json.member("ClientRequestToken").string(maximumBytes: 64))
        guard (32...64).contains(token.utf8.count) else { throw try json.member("ClientRequestToken").error(.range) }
    }
}
