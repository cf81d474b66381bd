internal import Codecs

/// Secrets Manager's `GetSecretValue`.
struct GetSecretValue {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        let secret = try SecretRequest(request, texts: ["VersionId", "VersionStage"]).secret(store)
        let stage = request["VersionStage"]?.text
        guard let version = secret.version(id: request["VersionId"]?.text, stage: stage), let value = version.value
        else {
            let wanted = stage.map { "staging label: \($0)" } ?? "VersionId"
            throw AWSFailure(
                400, "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for \(wanted)")
        }
        return Self.answer(secret, version, value)
    }

    private static func answer(_ secret: SecretRecord, _ version: SecretRecord.Version, _ value: String) -> JSONTree {
        .object([
            .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
            .init(name: "VersionId", value: .string(version.id)),
            .init(name: "SecretString", value: .string(value)),
            .init(name: "VersionStages", value: .array(version.stages.map { .string($0) })),
            // Seconds since 1970, as AWS JSON writes times.
            .init(name: "CreatedDate", value: .number(String(version.createdAt.millisecondsSince1970 / 1000))),
        ])
    }
}
