internal import LocalRuntimeAPI

/// Secrets Manager's `PutSecretValue`: a new version, which becomes AWSCURRENT unless the request names other labels.
struct PutSecretValue {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        let id = try SecretRequest(request, texts: ["SecretString", "ClientRequestToken"]).id
        guard let value = request["SecretString"]?.text, (1...65_536).contains(value.utf8.count) else {
            throw AWSFailure.validation("SecretString has 1 to 65536 bytes; SecretBinary is not known here.")
        }
        let token = request["ClientRequestToken"]?.text ?? LocalInvocation.newRequestID()
        guard (32...64).contains(token.utf8.count) else {
            throw AWSFailure.validation("ClientRequestToken has 32 to 64 characters.")
        }
        switch try store.put(id, value, token: token, stages: try Self.stages(request)) {
        case .done(let secret, let version): return Self.answer(secret, version)
        case .conflict:
            throw AWSFailure(
                400, "ResourceExistsException", "A resource with the ID you requested already exists.")
        case nil: throw SecretRequest.unknown
        }
    }

    private static func stages(_ request: JSONTree) throws(AWSFailure) -> [String] {
        guard let named = request["VersionStages"] else { return [SecretRecord.current] }
        let stages = named.elements.compactMap(\.text)
        guard (1...20).contains(stages.count), stages.count == named.elements.count,
            stages.allSatisfy({ (1...256).contains($0.utf8.count) })
        else { throw AWSFailure.validation("VersionStages has 1 to 20 labels of 1 to 256 characters.") }
        return stages
    }

    private static func answer(_ secret: SecretRecord, _ version: SecretRecord.Version) -> JSONTree {
        .object([
            .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
            .init(name: "VersionId", value: .string(version.id)),
            .init(name: "VersionStages", value: .array(version.stages.map { .string($0) })),
        ])
    }
}
