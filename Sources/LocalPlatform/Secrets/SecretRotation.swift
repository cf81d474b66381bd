/// Rotates a secret as Secrets Manager does: the function of its `AWS::SecretsManager::RotationSchedule` is asked for four
/// steps, one after the other, and the first one that fails is the end for now.
///
/// Source: Secrets Manager user guide, "Rotation by Lambda function"; API reference, "RotateSecret". AWS tries a rotation
/// that failed again by itself; here the next one that is asked for goes on with it.
package struct SecretRotation: Sendable {
    private let secrets: SecretStore

    package enum Step: String, CaseIterable, Sendable {
        case createSecret, setSecret, testSecret, finishSecret
    }

    package enum Outcome: Sendable, Equatable {
        case rotated
        /// The step that failed, the type of its error, and what it says.
        case failed(Step, type: String, message: String)
    }

    package typealias Invoke = (_ function: String, _ payload: [UInt8]) throws(LocalError) -> InvocationResult

    package init(_ secrets: SecretStore) {
        self.secrets = secrets
    }

    /// Rotates the secret with that name or ARN.
    ///
    /// Throws `.usage` where there is none, or the template has no rotation for it, and what keeps its function from being
    /// invoked.
    package func run(_ id: String, invoke: Invoke) throws(LocalError) -> Outcome {
        guard let secret = secrets.definition(id), let function = secret.rotator else {
            throw LocalError(.usage, "template.json has no secret \"\(id)\" that a function rotates.")
        }
        let token = try secrets.beginRotation(secret.arn)
        for step in Step.allCases {
            let result = try invoke(function, Self.payload(step, of: secret.arn, token))
            if let failure = Self.failure(of: result) {
                return .failed(step, type: failure.type, message: failure.message)
            }
        }
        guard try secrets.secret(secret.arn)?.version(id: token, stage: SecretRecord.current) != nil else {
            return .failed(
                .finishSecret, type: "RotationIncomplete", message: "The new version did not become AWSCURRENT.")
        }
        return .rotated
    }

    private static func payload(_ step: Step, of secret: String, _ token: String) -> [UInt8] {
        let members = [("Step", step.rawValue), ("SecretId", secret), ("ClientRequestToken", token)]
        return Array(JSONTree.object(members.map { .init(name: $0.0, value: .string($0.1)) }).compactText.utf8)
    }

    private static func failure(of result: InvocationResult) -> (type: String, message: String)? {
        guard case .failure(let body) = result.outcome else { return nil }
        let tree = (try? JSONTree(parsing: body)) ?? .null
        return (tree["errorType"]?.text ?? "Unknown", tree["errorMessage"]?.text ?? "")
    }
}

extension TemplateReader {
    /// What `AWS::SecretsManager::RotationSchedule` says: the secret's ARN, and the name of the function that rotates it.
    ///
    /// Nil where it names no function: those that AWS makes are not here.
    func rotation(_ name: String, _ resource: JSONTree) throws(LocalError) -> (secret: String, function: String)? {
        let properties = try properties(of: resource, name)
        guard let function = properties["RotationLambdaARN"]?.text else { return nil }
        return (try text("SecretId", of: properties, name), try functionName(function, usedBy: name))
    }
}
