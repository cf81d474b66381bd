internal import Platform

/// A private moto (https://docs.getmoto.org), which plays AWS: started when first asked for, gone when the process is.
package struct MotoServer: Sendable {
    /// On loopback.
    package let port: UInt16

    package var url: String { "http://127.0.0.1:\(port)" }

    private static let started = Result { try start() }
    private static let startedToo = Result { try start() }

    /// The server.
    ///
    /// Throws, with a sentence that says what to do, when it cannot be started.
    package static func shared() throws -> MotoServer {
        try started.get()
    }

    /// Another server, for tests that need one which believes everybody: on the shared one the check may be on.
    package static func unguarded() throws -> MotoServer {
        try startedToo.get()
    }
}

extension MotoServer {
    /// Starts moto on a free port, writes the port when it listens, and ends when its input does.
    private static let program = """
        import logging, os, sys
        from moto.moto_server.threaded_moto_server import ThreadedMotoServer
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        with open("port.new", "w") as file:
            file.write(str(server.get_host_and_port()[1]))
        os.rename("port.new", "port")
        sys.stdin.read()
        """

    private static let script = """
        trap '' INT TERM HUP
        directory=$1; python=$2; program=$3
        exec >>"$directory/log" 2>&1
        cd "$directory" || exit 1
        # The variables of whoever runs the tests must not change what moto does.
        env -i PATH=/usr/bin:/bin HOME="$directory" "$python" -I -c "$program"
        status=$?
        [ $status = 0 ] && rm -rf "$directory"
        exit $status
        """

    private static func start() throws -> MotoServer {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let python = root + "/.build/venv/bin/python"
        guard unsafe access(python, X_OK) == 0 else {
            throw HarnessError("\(python) is missing: run scripts/lib/python-environment, which installs moto there.")
        }
        let directory = try TemporaryDirectory.make()
        let child = try ChildProcess.start("/bin/sh", ["-c", script, "sh", directory, python, program])
        for _ in 0..<3_000 {
            if let port = port(in: directory) { return MotoServer(port: port) }
            guard !child.hasEnded else { break }
            usleep(20_000)
        }
        throw HarnessError("moto did not start; \(directory)/log says why.")
    }

    private static func port(in directory: String) -> UInt16? {
        let descriptor = unsafe open(directory + "/port", O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return UInt16(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
    }
}
