internal import StrictJSON

/// What Secrets Manager tells of a secret without telling its value.
package struct SecretDescription: Equatable, Sendable {
    /// Whether it is to be rotated; nil where that was never configured.
    package let isRotationEnabled: Bool?
    /// The versions that have a label, in no order.
    package let versions: [Version]

    package struct Version: Equatable, Sendable {
        package let id: String
        /// As the service writes them; an owner may have labels of their own.
        package let stages: [String]

        package init(id: String, stages: [String]) {
            self.id = id
            self.stages = stages
        }

        package func stands(at stage: SecretStage) -> Bool {
            stages.contains { $0.utf8.elementsEqual(stage.rawValue.utf8) }
        }
    }

    package init(isRotationEnabled: Bool?, versions: [Version]) {
        self.isRotationEnabled = isRotationEnabled
        self.versions = versions
    }

    /// The version of that id; nil where there is none with a label.
    package func version(_ id: String) -> Version? {
        versions.first { $0.id.utf8.elementsEqual(id.utf8) }
    }

    /// The version at that stage; nil where there is none.
    package func version(at stage: SecretStage) -> Version? {
        versions.first { $0.stands(at: stage) }
    }

    init(json: JSONValue) throws(JSONError) {
        isRotationEnabled = try json.optional("RotationEnabled")?.bool()
        var versions: [Version] = []
        if let found = try json.optional("VersionIdsToStages") {
            for (id, labels) in try found.members {
                var stages: [String] = []
                for label in try labels.elements { stages.append(try label.string(maximumBytes: 256)) }
                versions.append(Version(id: id, stages: stages))
            }
        }
        self.versions = versions
    }
}

extension AWSClient {
    /// A secret's versions and their labels (`DescribeSecret`).
    ///
    /// - Parameter id: the secret's ARN or name.
    package func describeSecret(_ id: String, call: AWSCall) throws(AWSError) -> SecretDescription {
        let operation = AWSOperation.json(
            .secretsManager, target: "secretsmanager.DescribeSecret",
            body: JSONWriter.object { $0.member("SecretId", id) }.bytes, isRepeatable: true,
            // A hundred versions or so have labels, each with at most 20; then there are tags and replicas.
            maximumResponseBytes: 1 << 20)
        let answer = try perform(operation, call)
        guard let description = try? SecretDescription(json: answer.root) else {
            throw answer.malformed(mayHaveTakenEffect: false)
        }
        return description
    }
}
