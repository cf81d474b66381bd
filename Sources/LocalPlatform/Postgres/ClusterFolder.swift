internal import Codecs
internal import Platform

/// The folders of the private cluster, and who may enter them.
struct ClusterFolder: Sendable {
    /// Holds everything; only the server's user (and root) may enter.
    let path: String
    var data: String { "\(path)/data" }
    var log: String { "\(path)/postgresql.log" }
    /// Where the socket stands; a socket's path may have 107 bytes at most.
    let socket: String

    /// The folder of a project: inside it, or where the user postgres can reach it when the caller is root.
    static func prepared(
        project: String, substitute: PostgresPrograms.Account?
    ) throws(LocalError) -> ClusterFolder {
        let hidden = "\(project)/.nerdwork"
        try Files.makeFolder(hidden)
        let tag = fingerprint(project)
        let path = substitute == nil ? "\(hidden)/postgres" : "/var/lib/nerdwork/\(tag)"
        try Files.makeFolder(path)
        let inside = "\(path)/socket"
        let socket = inside.utf8.count < 80 ? inside : "/tmp/nerdwork-\(geteuid())-\(tag)"
        try Files.makeFolder(socket)
        for folder in [path, socket] { try claim(folder, for: substitute) }
        if substitute != nil { try Files.write(path + "\n", to: "\(hidden)/cluster-path") }
        return ClusterFolder(path: path, socket: socket)
    }

    /// Makes the server's user the owner, and makes sure that nobody else may enter.
    private static func claim(_ folder: String, for account: PostgresPrograms.Account?) throws(LocalError) {
        let owner = account?.user ?? geteuid()
        guard let status = Files.status(of: folder), status.st_mode & S_IFMT == S_IFDIR,
            status.st_uid == owner || status.st_uid == geteuid()
        else {
            throw LocalError(.cannotCreate, "\(folder) exists and belongs to somebody else; remove it.")
        }
        guard unsafe chmod(folder, 0o700) == 0, unsafe chown(folder, owner, account?.group ?? getegid()) == 0 else {
            throw LocalError(.cannotCreate, "Cannot set the owner of \(folder): \(SystemCallError.current.text).")
        }
    }

    /// Sixteen hexadecimal digits that stand for a path (FNV-1a, 64 bits).
    private static func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Hex.encode((0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) })
    }
}
