internal import Platform
internal import PostgresClient
internal import Synchronization

/// A PostgreSQL that is there to crash, and to be started again with what it had written.
///
/// It commits as a server in production does (`fsync` and `synchronous_commit` are on), unlike the server that the tests
/// share. One thread starts and stops it; any may connect.
package final class CrashingServer: Sendable {
    /// How it goes down.
    package enum Crash: String, Sendable, CaseIterable {
        /// `pg_ctl stop -m immediate`: every process ends at once, and nothing is written any more.
        case immediateStop
        /// SIGKILL for the postmaster; the others end when they notice.
        case killPostmaster
        /// SIGKILL for one session: the postmaster ends all others at once and starts over by itself.
        case killSession
    }

    /// Its one database, with the whole schema.
    package let database: TestDatabase
    private let directory: String
    private let binaries: String
    private let settings: [String]
    private let cleaner: ChildProcess
    private let running = Mutex(Running())

    private struct Running {
        /// The shell that serves; nil while nothing does.
        var wrapper: ChildProcess?
        var postmaster: pid_t = 0
    }

    /// Makes the cluster, starts it and makes the schema.
    ///
    /// - Parameters:
    ///   - settings: as on the command line of `postgres`, such as `commit_delay=2000`; they win over the ones here.
    ///   - isOnDisk: else in memory, where there is room: what a crash of processes leaves is the same, and starting
    ///     again does not wait for a disk that others use.
    package init(settings: [String] = [], isOnDisk: Bool = false) throws {
        directory = try TemporaryDirectory.make(in: isOnDisk ? "/tmp" : TemporaryDirectory.memory)
        binaries = try PostgresBinaries.directory()
        self.settings = settings
        database = TestDatabase(server: PostgresServer(socketDirectory: directory), name: "crashing")
        // Takes everything away when this process has ended, however it ended.
        cleaner = try ChildProcess.start("/bin/sh", ["-c", "cat >/dev/null; sleep 1; rm -rf \"$1\"", "sh", directory])
        try run(
            """
            if [ "$(id -u)" = 0 ]; then chown postgres "$directory" || exit 1; fi
            as_postgres "$binaries/initdb" -D "$directory/data" -U nerdwork_test --auth=trust --encoding=UTF8 \\
                --locale=C --no-sync
            """)
        try start()
        try MigratedTemplate.make(database)
    }

    deinit {
        endWrapper()
        _ = close(cleaner.input)
    }

    /// For `init`: without `fsync`, which is as good when processes die and the machine does not, and starts faster.
    package static let withoutDisk = [
        "fsync=off", "full_page_writes=off", "max_wal_size=4GB", "checkpoint_timeout=1h", "autovacuum_naptime=1h",
    ]

    private static let prelude = """
        trap '' INT TERM HUP
        directory=$1; binaries=$2; shift 2
        exec >>"$directory/log" 2>&1
        cd "$directory" || exit 1
        as_postgres() {
            if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; fi
            exec "$@"
        }

        """

    private func run(_ command: String) throws {
        let child = try ChildProcess.start("/bin/sh", ["-c", Self.prelude + command, "sh", directory, binaries])
        guard child.end() == 0 else { throw HarnessError("a command failed; \(directory)/log says why") }
    }

    /// Starts it, and waits until it has recovered and lets somebody in.
    package func start() throws {
        // After a SIGKILL it is refused for as long as a process of the last one holds the shared memory.
        for _ in 0..<200 {
            _ = unsafe unlink("\(directory)/ended")
            let child = try ChildProcess.start(
                "/bin/sh",
                ["-c", Self.prelude + Self.serve, "sh", directory, binaries] + settings.flatMap { ["-c", $0] })
            running.withLock { $0.wrapper = child }
            if try isUp() { return }
            endWrapper()
            usleep(20_000)
        }
        throw HarnessError("PostgreSQL did not start again; \(directory)/log says why")
    }

    /// Serves until the end of its input.
    private static let serve = """
        ( (as_postgres "$binaries/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= -c fsync=on \\
            -c max_connections=60 -c timezone=UTC "$@") </dev/null; touch "$directory/ended") &
        cat >/dev/null
        until [ -e "$directory/ended" ]; do
            kill -QUIT "$(head -n 1 "$directory/data/postmaster.pid")"
            sleep 0.02
        done
        wait
        """

    private func isUp() throws -> Bool {
        for _ in 0..<6_000 {
            if let connection = try? database.server.administrate() {
                connection.close()
                let postmaster = try readPostmaster()
                running.withLock { $0.postmaster = postmaster }
                return true
            }
            if unsafe access("\(directory)/ended", F_OK) == 0 { return false }
            usleep(5_000)
        }
        return false
    }

    private func readPostmaster() throws -> pid_t {
        let file = unsafe open("\(directory)/data/postmaster.pid", O_RDONLY)
        defer { _ = close(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard file >= 0, unsafe read(file, &bytes, 16) > 0,
            let pid = pid_t(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self))
        else { throw HarnessError("there is no postmaster.pid") }
        return pid
    }

    /// Takes it down and returns at once: `recover` waits.
    ///
    /// - Parameter session: the process that `.killSession` kills
    package func crash(_ crash: Crash, session: Int32? = nil) throws {
        switch crash {
        case .immediateStop:
            try run(#"as_postgres "$binaries/pg_ctl" --no-wait --mode=immediate -D "$directory/data" stop"#)
        case .killPostmaster: _ = kill(running.withLock { $0.postmaster }, SIGKILL)
        case .killSession:
            guard let session else { throw HarnessError("no session to kill") }
            _ = kill(session, SIGKILL)
        }
    }

    /// Waits until it is there again.
    package func recover(from crash: Crash) throws {
        if crash == .killSession {
            guard try isUp() else { throw HarnessError("it did not recover by itself") }
            return
        }
        endWrapper()
        try start()
    }

    private func endWrapper() {
        let wrapper = running.withLock { running in
            defer { running.wrapper = nil }
            return running.wrapper
        }
        _ = wrapper?.end()
    }
}
