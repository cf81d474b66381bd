internal import Codecs

/// Secrets Manager's `GetSecretValue`.
struct GetSecretValue {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        for name in ["SecretId", "VersionId", "VersionStage"] where request[name] != nil && request[name]?.text == nil {
            throw AWSFailure(400, "SerializationException", "\(name) is no text.")
        }
        guard let id = request["SecretId"]?.text, (1...2_048).contains(id.utf8.count) else {
            throw AWSFailure.validation("SecretId has 1 to 2048 characters.")
        }
        guard let secret = try store.secret(id) else {
            throw AWSFailure(
                400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        }
        let stage = request["VersionStage"]?.text
        guard let version = secret.version(id: request["VersionId"]?.text, stage: stage) else {
            let wanted = stage.map { "staging label: \($0)" } ?? "VersionId"
            throw AWSFailure(
                400, "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for \(wanted)")
        }
        return Self.answer(secret, version)
    }

    private static func answer(_ secret: SecretRecord, _ version: SecretRecord.Version) -> JSONTree {
        .object([
            .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
            .init(name: "VersionId", value: .string(version.id)),
            .init(name: "SecretString", value: .string(version.value)),
            .init(name: "VersionStages", value: .array(version.stages.map { .string($0) })),
            // Seconds since 1970, as AWS JSON writes times.
            .init(name: "CreatedDate", value: .number(String(version.createdAt.millisecondsSince1970 / 1000))),
        ])
    }
}
