internal import Platform

/// Starts a program in a process group of its own, its standard input a pipe that only this process holds.
///
/// When this process ends, however it ends, the pipe closes and the program knows.
struct ChildProcess {
    let identifier: pid_t
    /// The writing end of the program's standard input.
    let input: Int32

    static func start(_ path: String, _ arguments: [String]) throws -> ChildProcess {
        // Not inherited by any other child: the program must see the end when this process has ended.
        var pipe: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &pipe) == 0 else {
            throw HarnessError("socketpair failed with errno \(errno)")
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, pipe[0], 0)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Not in the terminal's process group: an interrupt must reach the tests only.
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var list = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe list.indices { unsafe free(list[index]) } }
        var identifier: pid_t = 0
        let result = unsafe posix_spawn(&identifier, path, &actions, &attributes, &list, environ)
        _ = close(pipe[0])
        guard result == 0 else {
            _ = close(pipe[1])
            throw HarnessError("cannot start \(path): errno \(result)")
        }
        return ChildProcess(identifier: identifier, input: pipe[1])
    }

    /// Closes its standard input and waits for its end; call it once.
    ///
    /// Returns its exit status, or nil after a signal.
    @discardableResult
    func end() -> Int32? {
        _ = close(input)
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    /// Whether it has ended (`waitpid` without waiting).
    var hasEnded: Bool {
        var status: Int32 = 0
        return unsafe waitpid(identifier, &status, WNOHANG) != 0
    }
}
