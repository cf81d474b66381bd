/// Secrets Manager's `DescribeSecret`, as far as versions go.
struct DescribeSecret {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        let secret = try SecretRequest(request, texts: []).secret(store)
        let versions = secret.versions.map { version in
            JSONTree.Member(name: version.id, value: .array(version.stages.map { .string($0) }))
        }
        return .object(
            [
                .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
                .init(name: "VersionIdsToStages", value: .object(versions)),
            ] + rotation(of: secret))
    }

    /// A secret without a rotation has no such member.
    private func rotation(of secret: SecretRecord) -> [JSONTree.Member] {
        guard store.definition(secret.arn)?.rotator != nil else { return [] }
        return [.init(name: "RotationEnabled", value: .bool(true))]
    }
}
