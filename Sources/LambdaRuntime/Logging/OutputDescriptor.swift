internal import Platform
internal import Synchronization

/// A descriptor that lines are written to, one after the other.
///
/// Not `print`: Lambda's stdout is a pipe, which the C library would buffer until the process is frozen.
struct OutputDescriptor: Sendable {
    let number: Int32

    static let standardOutput = OutputDescriptor(number: STDOUT_FILENO)
    static let standardError = OutputDescriptor(number: STDERR_FILENO)

    /// One lock for all: a pipe keeps only writes of up to 4,096 bytes together (POSIX, `PIPE_BUF`).
    private static let lock = Mutex(())

    /// Writes everything, by one `write` where the system takes it whole; gives up where nobody reads.
    func write(_ line: [UInt8]) {
        Self.lock.withLock { _ in
            unsafe line.withUnsafeBytes { bytes in
                var written = 0
                while written < bytes.count {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                    let count = unsafe Platform.write(number, rest.baseAddress, rest.count)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { return }
                    written += count
                }
            }
        }
    }
}
