internal import Cryptography
internal import Platform

/// The file with the secrets of this machine: a JSON text, encrypted (AES-256-GCM) under the user's key.
struct SecretFile: Sendable {
    let path: String
    /// Where the secrets stood in clear, before they were encrypted.
    private let formerPath: String
    private let keyFolder: String

    /// Another file of the same key is none of ours.
    private static let context = Array("nerdwork local secrets 1".utf8)

    /// - Parameters:
    ///   - folder: `.nerdwork` of the project; it is made when it is missing.
    ///   - keyFolder: where the user's key is.
    init(folder: String, keyFolder: String) throws(LocalError) {
        path = "\(folder)/\(SecretStore.fileName)"
        formerPath = "\(folder)/secrets.json"
        self.keyFolder = keyFolder
        try Files.makeFolder(folder)
    }

    var exists: Bool { Files.exists(path) }

    /// The secrets; none where nothing has been written.
    ///
    /// Throws `.data` where the file was not written with this user's key.
    func read() throws(LocalError) -> [SecretRecord] {
        if exists { return try Self.records(try open(try Files.read(path)), path) }
        return Files.exists(formerPath) ? try Self.records(try Files.read(formerPath), formerPath) : []
    }

    /// Replaces the file whole; nothing stays in clear.
    func write(_ records: [SecretRecord]) throws(LocalError) {
        let tree = JSONTree.object([.init(name: "secrets", value: .array(records.map(\.tree)))])
        let key = try SecretsKey.load(from: keyFolder)
        let sealed: [UInt8]
        do throws(CryptographyError) {
            sealed = try AESGCM.seal(Array(tree.compactText.utf8), key: key, context: Self.context)
        } catch {
            throw LocalError(.software, "The local secrets cannot be encrypted: \(error).")
        }
        try Files.replace(path, with: sealed)
        _ = unsafe unlink(formerPath)
    }

    private func open(_ sealed: [UInt8]) throws(LocalError) -> [UInt8] {
        let key = try SecretsKey.load(from: keyFolder)
        do throws(CryptographyError) {
            return try AESGCM.open(sealed, key: key, context: Self.context)
        } catch {
            throw LocalError(
                .data,
                """
                \(path) was not encrypted with the key in \(keyFolder); remove it, and the secrets are made anew \
                (passwords of local accounts are then worth nothing).
                """)
        }
    }

    private static func records(_ text: [UInt8], _ path: String) throws(LocalError) -> [SecretRecord] {
        guard let tree = try? JSONTree(parsing: text) else {
            throw LocalError(.data, "\(path) is not valid JSON; remove it, and the secrets are made anew.")
        }
        return (tree["secrets"]?.elements ?? []).compactMap { SecretRecord($0) }
    }
}
