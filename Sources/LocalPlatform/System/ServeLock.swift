/// Held while the stack of a project is served: a second one would share its waiting events and run its schedules again.
///
/// It ends with the object, and with the process in any case.
package final class ServeLock {
    private let lock: FileLock

    /// - Parameter folder: `.nerdwork` of the project; it is made when it is missing.
    ///
    /// Throws `.unavailable` where somebody else holds it.
    package init(folder: String) throws(LocalError) {
        try Files.makeFolder(folder)
        lock = try FileLock("\(folder)/serve.lock")
        guard lock.tryLock() else {
            throw LocalError(
                .unavailable, "This project is served already, by another invoke-local; two would share its events.")
        }
    }
}
