internal import Platform

/// The running server of a cluster, as its own file tells of it.
struct Postmaster {
    private let identifier: pid_t

    /// How long an orderly end may take; after that the server ends at once, and looks through its log at its next start.
    private static let patienceMilliseconds = 500

    /// Nil where no server runs (`postmaster.pid`, whose first line is the process).
    init?(folder: ClusterFolder) {
        guard let text = try? Files.read("\(folder.data)/postmaster.pid"),
            let number = pid_t(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)), number > 1
        else { return nil }
        // After a crash the file stays, and the number may be another program's by now.
        if let name = try? Files.read("/proc/\(number)/comm"), !name.starts(with: "postgres".utf8) { return nil }
        identifier = number
    }

    /// Ends the server and waits for its end: sessions are cut, what is committed is on disk.
    ///
    /// The signals are those of PostgreSQL's "Shutting Down the Server"; `pg_ctl` sends them too, but looks for the end ten
    /// times a second only.
    func stop() {
        for signal in [SIGINT, SIGQUIT] {
            guard kill(identifier, signal) == 0 else { return }
            for _ in 0..<Self.patienceMilliseconds / 2 {
                if !isRunning { return }
                usleep(2_000)
            }
        }
    }

    /// Waits until nobody takes a server that has ended for one that runs.
    ///
    /// `pg_ctl` and the next server do as long as its parent has not heard of its end.
    func waitWhileEnded() {
        for _ in 0..<1_000 where hasEnded { usleep(10_000) }
    }

    /// A server that was killed leaves its file behind.
    private var isRunning: Bool { kill(identifier, 0) == 0 && !hasEnded }

    /// Whether it only waits for its parent to hear of its end, which may take the first process of a container seconds.
    private var hasEnded: Bool {
        guard let text = try? Files.read("/proc/\(identifier)/stat"), let end = text.lastIndex(of: UInt8(ascii: ")"))
        else { return false }
        return text[end...].dropFirst(2).first == UInt8(ascii: "Z")
    }
}
