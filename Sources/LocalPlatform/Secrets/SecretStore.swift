internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// The template's secrets with values of this machine, kept in `.nerdwork/secrets.json`.
///
/// The file is read anew at each request, so that a rotation by another process is seen at once, as it is in AWS. Only
/// its owner may read it, and it is replaced whole: no reader ever sees half of it.
package struct SecretStore: Sendable {
    package let path: String
    private let definitions: [SecretDefinition]

    /// Makes the values that are missing.
    ///
    /// - Parameter folder: `.nerdwork` of the project; it is made when it is missing.
    package init(folder: String, definitions: [SecretDefinition]) throws(LocalError) {
        path = "\(folder)/secrets.json"
        self.definitions = definitions
        try Files.makeFolder(folder)
        try change { (records) throws(LocalError) in
            for definition in definitions where !records.contains(where: { $0.arn == definition.arn }) {
                var record = SecretRecord(name: definition.name, arn: definition.arn, versions: [])
                record.rotate(
                    to: try definition.makeValue(), id: LocalInvocation.newRequestID(), at: SystemClock.now())
                records.append(record)
            }
        }
    }

    /// The secret of that ARN or name; nil when the template has none.
    package func secret(_ id: String) throws(LocalError) -> SecretRecord? {
        guard let definition = definitions.first(where: { $0.arn == id || $0.name == id }) else { return nil }
        return try records().first { $0.arn == definition.arn }
    }

    /// The current value of the secret of that ARN or name.
    ///
    /// Throws `.usage` where there is none.
    package func currentValue(_ id: String) throws(LocalError) -> String {
        guard let version = try secret(id)?.version(id: nil, stage: SecretRecord.current) else { throw unknown(id) }
        return version.value
    }

    /// Gives a secret a new value; the old one stays as AWSPREVIOUS.
    ///
    /// Throws `.usage` where the template has no such secret.
    package func rotate(_ id: String) throws(LocalError) {
        guard let definition = definitions.first(where: { $0.arn == id || $0.name == id }) else { throw unknown(id) }
        try change { (records) throws(LocalError) in
            guard let index = records.firstIndex(where: { $0.arn == definition.arn }) else { return }
            records[index].rotate(
                to: try definition.makeValue(), id: LocalInvocation.newRequestID(), at: SystemClock.now())
        }
    }

    private func unknown(_ id: String) -> LocalError {
        let known = definitions.map(\.name).sorted().joined(separator: ", ")
        return LocalError(.usage, "There is no secret \"\(id)\"; template.json has: \(known).")
    }

    private func records() throws(LocalError) -> [SecretRecord] {
        guard Files.exists(path) else { return [] }
        guard let tree = try? JSONTree(parsing: try Files.read(path)) else {
            throw LocalError(.data, "\(path) is not valid JSON; remove it, and the secrets are made anew.")
        }
        return (tree["secrets"]?.elements ?? []).compactMap { SecretRecord($0) }
    }

    /// Changes the file while nobody else does.
    private func change(_ body: (inout [SecretRecord]) throws(LocalError) -> Void) throws(LocalError) {
        let lock = try FileLock("\(path).lock")
        lock.lock()
        defer { lock.unlock() }
        let before = try records()
        var after = before
        try body(&after)
        guard after != before || !Files.exists(path) else { return }
        let tree = JSONTree.object([.init(name: "secrets", value: .array(after.map(\.tree)))])
        try Files.replace(path, with: Array((tree.pretty() + "\n").utf8))
    }
}
