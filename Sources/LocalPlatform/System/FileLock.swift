internal import Platform

/// A lock on a file, between processes (`flock`); it ends with the object, and with the process in any case.
final class FileLock {
    private let file: FileDescriptor

    init(_ path: String) throws(LocalError) {
        switch FileDescriptor.opening(path, O_RDWR | O_CREAT) {
        case .success(let file): self.file = file
        case .failure(let error): throw LocalError(.cannotCreate, "Cannot open \(path): \(error.text).")
        }
    }

    /// Waits until nobody else holds the lock.
    func lock() { repeatedly(LOCK_EX) }

    /// Waits until nobody holds it alone; others may share it.
    func share() { repeatedly(LOCK_SH) }

    /// Takes the lock alone if nobody else has it.
    ///
    /// Gives up a shared hold in any case.
    func tryLock() -> Bool { flock(file.number, LOCK_EX | LOCK_NB) == 0 }

    func unlock() { repeatedly(LOCK_UN) }

    private func repeatedly(_ operation: Int32) {
        while flock(file.number, operation) != 0, errno == EINTR {}
    }
}
