internal import Platform

/// Where PostgreSQL's programs are, and as whom they run.
struct PostgresPrograms: Sendable {
    let folder: String
    /// The operating system's user that the server runs as, where the caller may not run it himself.
    let substitute: Account?

    struct Account: Sendable {
        let name: String
        let user: uid_t
        let group: gid_t
    }

    /// Folders where the programs may be: Debian's, the newest version first, then those of `PATH`.
    static func usualFolders() -> [String] {
        let debian = Files.names(in: "/usr/lib/postgresql").compactMap { Int($0) }.sorted(by: >)
            .map { "/usr/lib/postgresql/\($0)/bin" }
        let path = (environment("PATH") ?? "").split(separator: ":").map(String.init)
        return debian + path
    }

    /// Takes the first folder that has all programs.
    static func find(in folders: [String] = usualFolders()) throws(LocalError) -> PostgresPrograms {
        guard
            let folder = folders.first(where: { folder in
                ["initdb", "pg_ctl", "postgres"].allSatisfy { Files.isExecutable("\(folder)/\($0)") }
            })
        else {
            throw LocalError(
                .unavailable,
                "PostgreSQL's server is not installed; install it with: sudo apt-get install -y postgresql")
        }
        return PostgresPrograms(folder: folder, substitute: try substitute())
    }

    /// PostgreSQL refuses to run as root; it then runs as the user that its package brings.
    private static func substitute() throws(LocalError) -> Account? {
        guard geteuid() == 0 else { return nil }
        guard let entry = unsafe getpwnam("postgres") else {
            throw LocalError(
                .unavailable,
                "PostgreSQL does not run as root and there is no user postgres; add it with: useradd postgres")
        }
        return unsafe Account(name: "postgres", user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }

    /// Runs one of the programs to its end; `folder` is where it may write.
    func run(
        _ program: String, _ arguments: [String], folder working: String
    ) throws(LocalError) -> (status: Int32, output: String) {
        let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": working]
        guard let substitute else {
            return try Command.run(
                "\(folder)/\(program)", arguments, environment: environment, folder: working)
        }
        let become = ["--reuid=\(substitute.user)", "--regid=\(substitute.group)", "--clear-groups", "--"]
        return try Command.run(
            "/usr/bin/setpriv", become + ["\(folder)/\(program)"] + arguments, environment: environment,
            folder: working)
    }

    private static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
