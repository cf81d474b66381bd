/// Secrets Manager's `DescribeSecret`, as far as versions go.
struct DescribeSecret {
    let store: SecretStore

    func answer(_ request: JSONTree) throws -> JSONTree {
        let secret = try SecretRequest(request, texts: []).secret(store)
        let versions = secret.versions.map { version in
            JSONTree.Member(name: version.id, value: .array(version.stages.map { .string($0) }))
        }
        return .object([
            .init(name: "ARN", value: .string(secret.arn)), .init(name: "Name", value: .string(secret.name)),
            .init(name: "VersionIdsToStages", value: .object(versions)),
        ])
    }
}
