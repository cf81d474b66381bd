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
        /// Nil where a rotation has begun and has not made it yet.
        package internal(set) var value: String?
    }

    /// Where a version stands: the newest, the one before it, and the one that a rotation makes.
    static let current = "AWSCURRENT"
    static let previous = "AWSPREVIOUS"
    static let pending = "AWSPENDING"

    /// The version that a stage, an id or both name; nil when there is none.
    func version(id: String?, stage: String?) -> Version? {
        let wanted = id == nil ? stage ?? Self.current : stage
        return versions.first { version in
            (id == nil || version.id == id) && (wanted.map { version.stages.contains($0) } ?? true)
        }
    }

    /// Makes a new value the current one; the one before stays as the previous, older ones go.
    mutating func rotate(to value: String, id: String, at time: Timestamp) {
        add(Version(id: id, stages: [Self.current], createdAt: time, value: value))
    }

    /// Adds a version, or the value of one that a rotation has begun; its labels leave the versions that had them.
    ///
    /// The first version is the current one, whatever its labels.
    mutating func add(_ version: Version) {
        let begun = versions.first { $0.id == version.id }
        versions.removeAll { $0.id == version.id }
        var added = version
        added.stages = []
        versions.insert(added, at: 0)
        var labels = version.stages + (begun?.stages ?? []).filter { !version.stages.contains($0) }
        if versions.count == 1, !labels.contains(Self.current) { labels.append(Self.current) }
        for label in labels { move(label, to: version.id) }
    }

    /// Moves a label to a version, or takes it away; AWSPREVIOUS follows AWSCURRENT.
    ///
    /// A version without labels is gone: Secrets Manager deletes those when it likes.
    mutating func move(_ label: String, to id: String?) {
        let former = versions.first { $0.stages.contains(label) }?.id
        for index in versions.indices {
            versions[index].stages.removeAll { $0 == label }
            if versions[index].id == id { versions[index].stages.append(label) }
        }
        if label == Self.current, let former, former != id {
            for index in versions.indices { versions[index].stages.removeAll { $0 == Self.previous } }
            for index in versions.indices where versions[index].id == former {
                versions[index].stages.append(Self.previous)
            }
        }
        versions.removeAll { $0.stages.isEmpty && $0.id != id }
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
            .init(name: "value", value: value.map { .string($0) } ?? .null),
        ])
    }

    init?(_ tree: JSONTree) {
        guard let id = tree["id"]?.text, let createdAt = tree["createdAt"]?.text.flatMap({ RFC3339.parse($0.utf8) })
        else { return nil }
        self.init(
            id: id, stages: (tree["stages"]?.elements ?? []).compactMap(\.text), createdAt: createdAt,
            value: tree["value"]?.text)
    }
}
