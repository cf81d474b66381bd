internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// The template's secrets with values of this machine, kept encrypted in `.nerdwork/secrets.sealed`.
///
/// The file is read anew at each request, so that a rotation by another process is seen at once, as it is in AWS. Only
/// its owner may read it, and it is replaced whole: no reader ever sees half of it.
package struct SecretStore: Sendable {
    /// Name of the file in `.nerdwork`.
    static let fileName = "secrets.sealed"

    package var path: String { file.path }
    private let file: SecretFile
    private let definitions: [SecretDefinition]

    /// Makes the values that are missing.
    ///
    /// - Parameters:
    ///   - folder: `.nerdwork` of the project; it is made when it is missing.
    ///   - keyFolder: where the key is that the file is encrypted with; nil for the user's own place.
    package init(folder: String, definitions: [SecretDefinition], keyFolder: String? = nil) throws(LocalError) {
        let keyFolder = if let keyFolder { keyFolder } else { try SecretsKey.defaultFolder() }
        file = try SecretFile(folder: folder, keyFolder: keyFolder)
        self.definitions = definitions
        try change { (records) throws(LocalError) in
            for definition in definitions where !records.contains(where: { $0.arn == definition.arn }) {
                var record = SecretRecord(name: definition.name, arn: definition.arn, versions: [])
                record.rotate(
                    to: try definition.makeValue(), id: LocalInvocation.newRequestID(), at: SystemClock.now())
                records.append(record)
            }
        }
    }

    /// What the template says of the secret of that ARN or name; nil when it has none.
    package func definition(_ id: String) -> SecretDefinition? {
        definitions.first { $0.arn == id || $0.name == id }
    }

    /// The secret of that ARN or name; nil when the template has none.
    package func secret(_ id: String) throws(LocalError) -> SecretRecord? {
        guard let definition = definition(id) else { return nil }
        return try records().first { $0.arn == definition.arn }
    }

    /// The current value of the secret of that ARN or name.
    ///
    /// Throws `.usage` where there is none.
    package func currentValue(_ id: String) throws(LocalError) -> String {
        guard let value = try secret(id)?.version(id: nil, stage: SecretRecord.current)?.value else {
            throw unknown(id)
        }
        return value
    }

    /// Gives a secret a new value; the old one stays as AWSPREVIOUS.
    ///
    /// Throws `.usage` where the template has no such secret, or a function writes it.
    package func rotate(_ id: String) throws(LocalError) {
        guard let definition = definition(id) else { throw unknown(id) }
        guard definition.isGenerated else {
            throw LocalError(
                .usage, "\(definition.name) has no rule for a new value; the function that writes it makes one.")
        }
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

    /// Begins a rotation as `RotateSecret` does: a version at AWSPENDING without a value, which the rotation function's
    /// steps are about.
    ///
    /// One that has begun and is not finished goes on: AWS says of it that it "will be reattempted".
    ///
    /// Returns the version's id, for `ClientRequestToken`. Throws `.usage` where the template has no such secret.
    package func beginRotation(_ id: String) throws(LocalError) -> String {
        let token = LocalInvocation.newRequestID()
        let begun: String? = try change(id) { record in
            let pending = record.version(id: nil, stage: SecretRecord.pending)
            if let pending, !pending.stages.contains(SecretRecord.current) { return pending.id }
            record.add(
                SecretRecord.Version(
                    id: token, stages: [SecretRecord.pending], createdAt: SystemClock.now(), value: nil))
            return token
        }
        guard let begun else { throw unknown(id) }
        return begun
    }

    /// Gives a secret the value that a function writes; nil where the template has no such secret.
    ///
    /// - Parameters:
    ///   - token: id of the new version. One that exists already changes nothing where the value is the same.
    ///   - stages: its labels.
    func put(_ id: String, _ value: String, token: String, stages: [String]) throws(LocalError) -> SecretWriting? {
        try change(id) { record in
            if let version = record.version(id: token, stage: nil), let written = version.value {
                return written == value ? .done(record, version) : .conflict
            }
            let version = SecretRecord.Version(id: token, stages: stages, createdAt: SystemClock.now(), value: value)
            record.add(version)
            return .done(record, record.version(id: token, stage: nil) ?? version)
        }
    }

    /// Changes one secret; nil where the template has no such secret.
    func change<Value>(_ id: String, _ body: (inout SecretRecord) -> Value) throws(LocalError) -> Value? {
        guard let definition = definition(id) else { return nil }
        var result: Value?
        try change { (records) throws(LocalError) in
            guard let index = records.firstIndex(where: { $0.arn == definition.arn }) else { return }
            result = body(&records[index])
        }
        return result
    }

    private func records() throws(LocalError) -> [SecretRecord] {
        try file.read()
    }

    /// Changes the file while nobody else does.
    private func change(_ body: (inout [SecretRecord]) throws(LocalError) -> Void) throws(LocalError) {
        let lock = try FileLock("\(path).lock")
        lock.lock()
        defer { lock.unlock() }
        let before = try records()
        var after = before
        try body(&after)
        if after != before || !file.exists { try file.write(after) }
    }
}

/// What came of writing a secret's value.
enum SecretWriting {
    case done(SecretRecord, SecretRecord.Version)
    /// The version exists, with another value.
    case conflict
}
