internal import CLocalSystem
internal import Platform

/// A child process and the pipe on which it writes both of its outputs.
final class ChildProcess {
    /// How a process ended.
    struct Ending: Sendable, Equatable {
        /// The exit status; nil when a signal ended it.
        let status: Int32?
        let signal: Int32?
        /// Largest memory that it had resident, in bytes (`ru_maxrss` of `wait4`).
        let peakMemory: Int
    }

    let identifier: pid_t
    /// The reading end; reading never waits.
    let output: FileDescriptor
    private(set) var ending: Ending?

    /// Starts an executable with exactly this environment (`posix_spawn`).
    ///
    /// It stays in this process's group, so that an interrupt from the keyboard ends both.
    init(
        _ executable: String, arguments: [String] = [], environment: [String: String], folder: String
    ) throws(LocalError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe nerdwork_pipe(&ends) == 0 else {
            throw LocalError(.software, "Cannot make a pipe: \(SystemCallError.current.text).")
        }
        output = FileDescriptor(adopting: ends[0])
        let writingEnd = FileDescriptor(adopting: ends[1])
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let launch = Launch(
            executable: executable, arguments: [executable] + arguments,
            environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, folder: folder,
            output: writingEnd.number)
        switch launch.spawn() {
        case .success(let identifier): self.identifier = identifier
        case .failure(let error): throw LocalError(.unavailable, "Cannot start \(executable): \(error.text).")
        }
    }

    deinit {
        guard ending == nil else { return }
        signal(SIGKILL)
        _ = wait()
    }

    func signal(_ number: Int32) {
        if ending == nil { kill(identifier, number) }
    }

    /// How the process ended; nil while it runs.
    func poll() -> Ending? {
        ending ?? reap(WNOHANG)
    }

    /// Waits until the process has ended.
    func wait() -> Ending {
        ending ?? reap(0) ?? Ending(status: nil, signal: SIGKILL, peakMemory: 0)
    }

    /// Asks the process to end, and ends it when it has not done so in time.
    func stop(graceMilliseconds: Int) -> Ending {
        signal(SIGTERM)
        for _ in 0..<graceMilliseconds / 2 where poll() == nil { usleep(2_000) }
        signal(SIGKILL)
        return wait()
    }

    /// Largest resident memory so far, in bytes (`VmHWM` of /proc); nil once it has ended.
    func peakMemory() -> Int? {
        guard ending == nil, let status = try? Files.read("/proc/\(identifier)/status"),
            let line = status.split(separator: 10).first(where: { $0.starts(with: "VmHWM:".utf8) })
        else { return nil }
        let digits = line.drop { !(48...57).contains($0) }.prefix { (48...57).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self)).map { $0 * 1024 }
    }

    private func reap(_ options: Int32) -> Ending? {
        var status: Int32 = 0
        var usage = rusage()
        var result = unsafe wait4(identifier, &status, options, &usage)
        while result < 0, errno == EINTR { result = unsafe wait4(identifier, &status, options, &usage) }
        guard result == identifier else { return nil }
        let signal = status & 0x7F
        ending = Ending(
            status: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
            peakMemory: usage.ru_maxrss * 1024)
        return ending
    }
}
