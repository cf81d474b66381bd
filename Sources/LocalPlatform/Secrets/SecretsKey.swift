internal import Cryptography
internal import Platform

/// The key that the secrets of this machine are encrypted with.
///
/// It is the user's, not the project's: whoever gets a copy of a project's folder gets no secret with it.
package enum SecretsKey {
    /// `$XDG_DATA_HOME/nerdwork`, else `~/.local/share/nerdwork` (XDG Base Directory Specification 0.8).
    ///
    /// Throws `.unavailable` where the user has no home.
    package static func defaultFolder() throws(LocalError) -> String {
        // The specification: a path that is not absolute is ignored.
        if let folder = variable("XDG_DATA_HOME"), folder.hasPrefix("/") { return "\(folder)/nerdwork" }
        guard let home = variable("HOME") ?? homeOfUser(), home.hasPrefix("/") else {
            throw LocalError(.unavailable, "This user has no home for the key of the local secrets; set XDG_DATA_HOME.")
        }
        return "\(home)/.local/share/nerdwork"
    }

    /// The key in that folder, made when it is missing; only its owner may read it.
    ///
    /// Throws `.data` where the file is none of ours, or others may read it.
    static func load(from folder: String) throws(LocalError) -> SecretBytes {
        try Files.makeFolder(folder)
        let path = "\(folder)/local-secrets.key"
        // Two tools that start at the same moment must not make two keys.
        let lock = try FileLock("\(path).lock")
        lock.lock()
        defer { lock.unlock() }
        if !Files.exists(path) { try Files.replace(path, with: try LocalRandom.bytes(AESGCM.keyBytes)) }
        let bytes = try Files.read(path)
        guard bytes.count == AESGCM.keyBytes, let status = Files.status(of: path), status.st_mode & 0o077 == 0 else {
            throw LocalError(
                .data,
                "\(path) is no key that its owner alone may read; remove it and .nerdwork/\(SecretStore.fileName).")
        }
        return SecretBytes(bytes)
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private static func homeOfUser() -> String? {
        guard let entry = unsafe getpwuid(getuid()), let home = unsafe entry.pointee.pw_dir else { return nil }
        return unsafe String(cString: home)
    }
}
