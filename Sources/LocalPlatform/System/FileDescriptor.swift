internal import Platform

/// A file descriptor that is closed once, when its owner ends.
///
/// No child process inherits it.
final class FileDescriptor: Sendable {
    let number: Int32

    /// Takes the descriptor over.
    init(adopting number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// Opens a file (`open`); the error number when that fails.
    static func opening(
        _ path: String, _ flags: Int32, mode: mode_t = 0o600
    ) -> Result<FileDescriptor, SystemCallError> {
        let number = unsafe open(path, flags | O_CLOEXEC, mode)
        return number < 0 ? .failure(.current) : .success(FileDescriptor(adopting: number))
    }

    /// Standard input under a second descriptor, so that this one may be closed (`fcntl`).
    static func standardInput() -> Result<FileDescriptor, SystemCallError> {
        let number = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
        return number < 0 ? .failure(.current) : .success(FileDescriptor(adopting: number))
    }

    /// The next bytes; empty at the end, nil when there are none now (`read`).
    func read(atMost count: Int = 65_536) -> [UInt8]? {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result = unsafe Platform.read(number, buffer.baseAddress, count)
            while result < 0, errno == EINTR { result = unsafe Platform.read(number, buffer.baseAddress, count) }
            failed = result < 0
            filled = max(0, result)
        }
        return failed ? nil : bytes
    }

    /// Writes everything; false where that fails, with `errno` (`write`).
    func write(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = unsafe Platform.write(number, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}

/// What `errno` said.
struct SystemCallError: Error {
    let number: Int32

    static var current: SystemCallError { SystemCallError(number: errno) }

    /// The C library's words for it (`strerror`).
    var text: String {
        unsafe String(cString: strerror(number))
    }
}

extension FileDescriptor {
    /// Waits until there is something to read, or the time is over (`poll`).
    func waitUntilReadable(milliseconds: Int32) {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&request, 1, milliseconds) == 1, request.revents & Int16(POLLIN) == 0 {
            // The other end is closed: poll would return at once for ever.
            usleep(1_000)
        }
    }
}
