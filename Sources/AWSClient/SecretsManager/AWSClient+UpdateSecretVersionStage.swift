internal import StrictJSON

extension AWSClient {
    /// Moves a label of a secret from one version to another (`UpdateSecretVersionStage`).
    ///
    /// With `.current` the service moves AWSPREVIOUS along, to the version that was current.
    ///
    /// - Parameter former: the version that has the label; nil for a label that none has, which must not be `.current`.
    ///
    /// Not sent twice unless it was surely not done: the second would fail, because the label is not where it was. The
    /// error then says that it may have taken effect.
    package func moveSecretStage(
        _ id: String, _ stage: SecretStage, to version: String, from former: String?, call: AWSCall
    ) throws(AWSError) {
        let body = JSONWriter.object { request in
            request.member("SecretId", id)
            request.member("VersionStage", stage.rawValue)
            request.member("MoveToVersionId", version)
            request.optional("RemoveFromVersionId", former)
        }
        let operation = AWSOperation.json(
            .secretsManager, target: "secretsmanager.UpdateSecretVersionStage", body: body.bytes, isRepeatable: false,
            maximumResponseBytes: 65_536)
        let answer = try perform(operation, call)
        guard answer.root["ARN"] != nil else { throw answer.malformed(mayHaveTakenEffect: true) }
    }
}
