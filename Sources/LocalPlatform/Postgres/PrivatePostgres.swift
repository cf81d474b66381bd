internal import Platform
internal import PostgresClient

/// A PostgreSQL of the project's own, reached through a socket that only its user may open.
///
/// Its data stays.
///
/// It runs while somebody uses it: the first user starts it, the last one stops it. Several processes may do so at
/// the same moment; two file locks keep them in order. The operating system tells who connects (`peer`), and a map
/// names the roles that this user may take, so there is no password.
package final class PrivatePostgres {
    /// Database role that may do everything, for migrations and for looking at the books.
    package static let administrator = "postgres"
    package static let database = "nerdwork"

    private let programs: PostgresPrograms
    private let folder: ClusterFolder
    private let startLock: FileLock
    private let useLock: FileLock
    private var isUsed = false

    /// Starts the server of the project where it does not run, making the cluster first where there is none.
    package init(project: String, roles: [String], progress: (String) -> Void) throws(LocalError) {
        programs = try PostgresPrograms.find()
        folder = try ClusterFolder.prepared(project: project, substitute: programs.substitute)
        startLock = try FileLock("\(project)/.nerdwork/start.lock")
        useLock = try FileLock("\(project)/.nerdwork/use.lock")
        startLock.lock()
        defer { startLock.unlock() }
        if !Files.exists("\(folder.data)/PG_VERSION") {
            progress("Making a private PostgreSQL in \(folder.path) …")
            try create()
        }
        Postmaster(folder: folder)?.waitWhileEnded()
        try allow(roles)
        if try !isRunning() { try start() } else { try control(["reload"], "read its configuration again") }
        useLock.share()
        isUsed = true
    }

    deinit { stop() }

    /// How to connect to one of the server's databases as the administrator.
    func configuration(database: String) throws(DatabaseError) -> ConnectionConfiguration {
        try ConnectionConfiguration(
            hosts: [folder.socket], database: database, user: Self.administrator, tlsMode: .disable,
            applicationName: "invoke-local")
    }

    /// Ends this process's use; stops the server when nobody else uses it.
    package func stop() {
        guard isUsed else { return }
        isUsed = false
        startLock.lock()
        defer { startLock.unlock() }
        if useLock.tryLock() { Postmaster(folder: folder)?.stop() }
        useLock.unlock()
    }

    private func create() throws(LocalError) {
        let result = try programs.run(
            "initdb",
            [
                "--pgdata=\(folder.data)", "--username=\(Self.administrator)", "--encoding=UTF8", "--locale=C",
                "--auth-local=peer", "--auth-host=reject", "--no-instructions",
            ], folder: folder.path)
        guard result.status == 0 else { throw failed("make its data folder", result.output) }
    }

    /// Lets the caller, and root where root is the caller, be each of these roles.
    ///
    /// Rewritten at each start.
    private func allow(_ roles: [String]) throws(LocalError) {
        let caller = programs.substitute == nil ? Self.callerName() : "root"
        let lines = (Set(roles).union([Self.administrator])).sorted().map { "local \(caller) \($0)" }
        try Files.write("local all all peer map=local\n", to: "\(folder.data)/pg_hba.conf")
        try Files.write(lines.joined(separator: "\n") + "\n", to: "\(folder.data)/pg_ident.conf")
        try Files.write(
            """
            # Written by invoke-local at each start.
            listen_addresses = ''
            unix_socket_directories = '\(folder.socket)'
            unix_socket_permissions = 0700
            max_connections = 120
            checkpoint_timeout = 30s
            shared_buffers = 32MB
            timezone = 'UTC'
            log_timezone = 'UTC'

            """, to: "\(folder.data)/postgresql.auto.conf")
        guard let account = programs.substitute else { return }
        for name in ["pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf"] {
            _ = unsafe chown("\(folder.data)/\(name)", account.user, account.group)
        }
    }

    private func isRunning() throws(LocalError) -> Bool {
        try programs.run("pg_ctl", ["status", "-D", folder.data], folder: folder.path).status == 0
    }

    private func start() throws(LocalError) {
        try control(["start", "-w", "-s", "-t", "30", "-l", folder.log], "start")
    }

    private func control(_ arguments: [String], _ purpose: String) throws(LocalError) {
        let result = try programs.run("pg_ctl", arguments + ["-D", folder.data], folder: folder.path)
        guard result.status == 0 else { throw failed(purpose, result.output) }
    }

    private func failed(_ purpose: String, _ output: String) -> LocalError {
        let last = output.split(separator: "\n").last.map { " (\($0))" } ?? ""
        return LocalError(.unavailable, "The private PostgreSQL could not \(purpose)\(last); see \(folder.log).")
    }

    private static func callerName() -> String {
        guard let entry = unsafe getpwuid(geteuid()) else { return String(geteuid()) }
        return unsafe String(cString: entry.pointee.pw_name)
    }
}
