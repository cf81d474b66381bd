internal import StrictJSON

extension AWSClient {
    /// Stores a secret's new value (`PutSecretValue`).
    ///
    /// - Parameters:
    ///   - id: the secret's ARN or name.
    ///   - value: UTF-8, at most 65,536 bytes; throws `.rejected` without a call for anything else.
    ///   - token: 32 to 64 characters that no other write of the secret has (`ClientRequestToken`): with it the service
    ///     does a write once, however often it hears of it. It is the new version's id.
    ///   - stages: where the new version stands; the current one where none is named. A first version is that in any
    ///     case.
    package func putSecretValue(
        _ id: String, _ value: [UInt8], token: String, stages: [SecretStage] = [], call: AWSCall
    ) throws(AWSError) {
        guard (1...65_536).contains(value.count), let text = JSONUTF8(validating: value),
            (32...64).contains(token.utf8.count)
        else { throw AWSError(.rejected, detail: "the secret's value or token cannot be stored") }
        let body = JSONWriter.object(reserving: value.count + value.count / 4 + 512) { request in
            request.member("SecretId", id)
            request.member("SecretString", text)
            request.member("ClientRequestToken", token)
            if !stages.isEmpty { request.member("VersionStages", stages.map(\.rawValue)) }
        }
        let operation = AWSOperation.json(
            .secretsManager, target: "secretsmanager.PutSecretValue", body: body.bytes, isRepeatable: true,
            maximumResponseBytes: 65_536)
        let answer = try perform(operation, call)
        guard answer.root["VersionId"] != nil else { throw answer.malformed(mayHaveTakenEffect: true) }
    }
}
