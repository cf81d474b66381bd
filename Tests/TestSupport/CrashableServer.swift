internal import Migrations
internal import Platform
internal import PostgresClient

/// A PostgreSQL of its own that can be stopped in immediate mode and started again, as often as a test likes.
///
/// It commits as a server in production does (`synchronous_commit = on`). Writes reach the system's cache and no disk,
/// which is as good when processes die and the machine does not.
package final class CrashableServer: Sendable {
    package let server: PostgresServer
    /// The shell that owns the server; it restarts it for each line that it reads.
    private let input: Int32

    private static let script = """
        trap '' INT TERM HUP
        directory=$1; binaries=$2; superuser=$3
        exec >>"$directory/log" 2>&1
        as_postgres() {
            if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; fi
            exec "$@"
        }
        start() {
            (as_postgres "$binaries/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= -c fsync=off \\
                -c full_page_writes=off -c max_connections=60 -c max_wal_size=4GB -c checkpoint_timeout=1h \\
                -c autovacuum_naptime=1h -c timezone=UTC) </dev/null &
            server=$!
        }
        cd "$directory" || exit 1
        if [ "$(id -u)" = 0 ]; then chown postgres "$directory" || exit 1; fi
        (as_postgres "$binaries/initdb" -D "$directory/data" -U "$superuser" --auth=trust --encoding=UTF8 \\
            --locale=C --no-sync) || exit 1
        start
        while read -r line; do
            kill -QUIT "$server"
            wait "$server"
            start
        done
        kill -QUIT "$server"
        wait
        rm -rf "$directory"
        """

    /// Starts it.
    package init() throws {
        let binaries = try PostgresBinaries.directory()
        let directory = try TemporaryDirectory.make()
        server = PostgresServer(socketDirectory: directory)
        input = try ChildProcess.start(
            "/bin/sh", ["-c", Self.script, "sh", directory, binaries, server.superuser]
        ).input
        _ = try waitUntilUp()
    }

    deinit {
        _ = close(input)
    }

    /// Stops the server as `pg_ctl stop -m immediate` does, starts it again and waits until it takes connections.
    package func crash() throws {
        let before = try waitUntilUp()
        let line = Array("crash\n".utf8)
        guard unsafe write(input, line, line.count) == line.count else { throw HarnessError("the shell is gone") }
        while try waitUntilUp() == before { usleep(5_000) }
    }

    /// A database with the whole schema.
    package func makeDatabase() throws -> TestDatabase {
        _ = try server.administrate().query("create database books template template0")
        let database = TestDatabase(server: server, name: "books")
        try Migrator.migrate(try database.connect())
        return database
    }

    /// When the server that takes connections now was started.
    private func waitUntilUp() throws -> String {
        for _ in 0..<6_000 {
            if let connection = try? server.administrate(),
                let row = try? connection.query("select pg_postmaster_start_time()::text as started").only(),
                let started = try? row.decode("started", as: String.self)
            {
                return started
            }
            usleep(10_000)
        }
        throw HarnessError("PostgreSQL did not start; \(server.socketDirectory)/log says why.")
    }
}
