package import Codecs

/// A secret with its versions, as Secrets Manager keeps it.
package struct SecretRecord: Sendable, Equatable {
    package let name: String
    package let arn: String
    package internal(set) var versions: [Version]

    package struct Version: Sendable, Equatable {
        package let id: String
        package internal(set) var stages: [String]
        package let createdAt: Timestamp
        package let value: String
    }

    /// Where a version stands: the newest, and the one before it.
    static let current = "AWSCURRENT"
    static let previous = "AWSPREVIOUS"

    /// The version that a stage, an id or both name; nil when there is none.
    func version(id: String?, stage: String?) -> Version? {
        let wanted = id == nil ? stage ?? Self.current : stage
        return versions.first { version in
            (id == nil || version.id == id) && (wanted.map { version.stages.contains($0) } ?? true)
        }
    }

    /// Makes a new value the current one; the one before stays as the previous, older ones go.
    mutating func rotate(to value: String, id: String, at time: Timestamp) {
        versions = versions.filter { $0.stages.contains(Self.current) }
        for index in versions.indices { versions[index].stages = [Self.previous] }
        versions.insert(Version(id: id, stages: [Self.current], createdAt: time, value: value), at: 0)
    }
}

// MARK: The file's form

extension SecretRecord {
    var tree: JSONTree {
        .object([
            .init(name: "name", value: .string(name)), .init(name: "arn", value: .string(arn)),
            .init(name: "versions", value: .array(versions.map(\.tree))),
        ])
    }

    init?(_ tree: JSONTree) {
        guard let name = tree["name"]?.text, let arn = tree["arn"]?.text else { return nil }
        let versions = (tree["versions"]?.elements ?? []).compactMap { Version($0) }
        self.init(name: name, arn: arn, versions: versions)
    }
}

extension SecretRecord.Version {
    var tree: JSONTree {
        .object([
            .init(name: "id", value: .string(id)), .init(name: "stages", value: .array(stages.map { .string($0) })),
            .init(name: "createdAt", value: .string(RFC3339.format(createdAt))),
            .init(name: "value", value: .string(value)),
        ])
    }

    init?(_ tree: JSONTree) {
        guard let id = tree["id"]?.text, let value = tree["value"]?.text,
            let createdAt = tree["createdAt"]?.text.flatMap({ RFC3339.parse($0.utf8) })
        else { return nil }
        self.init(
            id: id, stages: (tree["stages"]?.elements ?? []).compactMap(\.text), createdAt: createdAt, value: value)
    }
}
