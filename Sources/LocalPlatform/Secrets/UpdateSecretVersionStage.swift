/// Secrets Manager's `UpdateSecretVersionStage`: moves a label from one version to another.
///
/// Source: Secrets Manager API reference, "UpdateSecretVersionStage".
struct UpdateSecretVersionStage {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        let id = try SecretRequest(
            request, texts: ["VersionStage", "MoveToVersionId", "RemoveFromVersionId"]
        ).id
        guard let label = request["VersionStage"]?.text, (1...256).contains(label.utf8.count) else {
            throw AWSFailure.validation("VersionStage has 1 to 256 characters.")
        }
        let target = request["MoveToVersionId"]?.text
        let former = request["RemoveFromVersionId"]?.text
        let outcome: Result<SecretRecord, AWSFailure>? = try store.change(id) { record in
            if let failure = Self.failure(record, label, to: target, from: former) { return .failure(failure) }
            record.move(label, to: target)
            return .success(record)
        }
        guard let secret = try outcome?.get() else { throw SecretRequest.unknown }
        return .object([
            .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
        ])
    }

    /// Where the label is attached, `RemoveFromVersionId` must be the version that has it.
    private static func failure(
        _ record: SecretRecord, _ label: String, to target: String?, from former: String?
    ) -> AWSFailure? {
        func invalid(_ message: String) -> AWSFailure { AWSFailure(400, "InvalidParameterException", message) }
        for version in [target, former].compactMap(\.self) where record.version(id: version, stage: nil) == nil {
            return invalid("There is no version \(version).")
        }
        guard target != nil || former != nil else {
            return invalid("MoveToVersionId or RemoveFromVersionId is needed.")
        }
        guard record.versions.first(where: { $0.stages.contains(label) })?.id == former else {
            return invalid("RemoveFromVersionId must be the version that \(label) is attached to.")
        }
        guard label != SecretRecord.current || target != nil else {
            return invalid("AWSCURRENT can only be moved.")
        }
        return nil
    }
}
