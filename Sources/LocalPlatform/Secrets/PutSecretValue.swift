internal import LocalRuntimeAPI

/// Secrets Manager's `PutSecretValue`: a new version becomes AWSCURRENT, the one before AWSPREVIOUS.
struct PutSecretValue {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        for name in ["SecretId", "SecretString", "ClientRequestToken"]
        where request[name] != nil && request[name]?.text == nil {
            throw AWSFailure(400, "SerializationException", "\(name) is no text.")
        }
        guard let id = request["SecretId"]?.text, (1...2_048).contains(id.utf8.count) else {
            throw AWSFailure.validation("SecretId has 1 to 2048 characters.")
        }
        guard let value = request["SecretString"]?.text, (1...65_536).contains(value.utf8.count) else {
            throw AWSFailure.validation("SecretString has 1 to 65536 bytes; SecretBinary is not known here.")
        }
        guard request["VersionStages"].map({ $0 == .array([.string(SecretRecord.current)]) }) ?? true else {
            throw AWSFailure.validation("VersionStages is AWSCURRENT alone here.")
        }
        let token = request["ClientRequestToken"]?.text ?? LocalInvocation.newRequestID()
        guard (32...64).contains(token.utf8.count) else {
            throw AWSFailure.validation("ClientRequestToken has 32 to 64 characters.")
        }
        switch try store.put(id, value, token: token) {
        case .done(let secret, let version): return Self.answer(secret, version)
        case .conflict:
            throw AWSFailure(
                400, "ResourceExistsException", "A resource with the ID you requested already exists.")
        case nil:
            throw AWSFailure(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        }
    }

    private static func answer(_ secret: SecretRecord, _ version: SecretRecord.Version) -> JSONTree {
        .object([
            .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
            .init(name: "VersionId", value: .string(version.id)),
            .init(name: "VersionStages", value: .array(version.stages.map { .string($0) })),
        ])
    }
}
