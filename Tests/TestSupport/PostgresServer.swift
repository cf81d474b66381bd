internal import Platform
package import PostgresClient

/// A private PostgreSQL for this test process: started when first asked for, gone when the process is.
///
/// It listens on a Unix socket only and keeps nothing safe from a crash of the machine: it is fast and worth nothing.
package struct PostgresServer: Sendable {
    /// The directory that holds the socket.
    package let socketDirectory: String
    /// The superuser's name.
    package let superuser = "nerdwork_test"

    private static let started = Result { try start() }

    /// The server.
    ///
    /// Throws, with a sentence that says what to do, when it cannot be started.
    package static func shared() throws -> PostgresServer {
        try started.get()
    }

    /// How to connect to a database of this server.
    package func configuration(
        database: String, role: String? = nil
    ) throws(DatabaseError) -> ConnectionConfiguration {
        try ConnectionConfiguration(
            hosts: [socketDirectory], database: database, user: role ?? superuser, tlsMode: .disable)
    }

    /// A superuser's connection to the database `postgres`.
    package func administrate() throws(DatabaseError) -> PostgresConnection {
        try PostgresConnection(configuration(database: "postgres"), timeoutMilliseconds: 60_000)
    }
}

extension PostgresServer {
    /// Makes the cluster, starts it, waits for the end of its input, then takes everything away again.
    private static let script = """
        trap '' INT TERM HUP
        directory=$1; binaries=$2; superuser=$3
        exec >>"$directory/log" 2>&1
        as_postgres() {
            if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; fi
            exec "$@"
        }
        cd "$directory" || exit 1
        if [ "$(id -u)" = 0 ]; then chown postgres "$directory" || exit 1; fi
        (as_postgres "$binaries/initdb" -D "$directory/data" -U "$superuser" --auth=trust --encoding=UTF8 \\
            --locale=C --no-sync) || exit 1
        (as_postgres "$binaries/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= -c fsync=off \\
            -c synchronous_commit=off -c full_page_writes=off -c max_connections=100 -c max_wal_size=4GB \\
            -c checkpoint_timeout=1h -c autovacuum_naptime=1h -c timezone=UTC) </dev/null &
        cat >/dev/null
        kill -QUIT $!
        wait
        rm -rf "$directory"
        """

    private static func start() throws -> PostgresServer {
        let binaries = try PostgresBinaries.directory()
        let directory = try TemporaryDirectory.make()
        let child = try ChildProcess.start("/bin/sh", ["-c", script, "sh", directory, binaries, "nerdwork_test"])
        let server = PostgresServer(socketDirectory: directory)
        for _ in 0..<3_000 {
            if (try? server.administrate()) != nil { return server }
            guard !child.hasEnded else { break }
            usleep(20_000)
        }
        throw HarnessError("PostgreSQL did not start; \(directory)/log says why.")
    }
}
