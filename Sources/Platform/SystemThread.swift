/// A thread of the system that runs one closure.
///
/// For code that blocks: a Swift task that blocks takes one of the few threads that all tasks share. The thread ends by
/// returning, never by `pthread_exit`, whose unwinding costs milliseconds in a static executable.
@safe
package struct SystemThread: Sendable {
    private let identifier: pthread_t

    /// Starts a thread; nil where the system has no room for one (`pthread_create`).
    package static func start(stackBytes: Int = 1 << 20, _ body: @escaping @Sendable () -> Void) -> SystemThread? {
        let box = unsafe Unmanaged.passRetained(ThreadBody(body))
        guard let identifier = unsafe create(stackBytes, box.toOpaque()) else {
            unsafe box.release()
            return nil
        }
        return SystemThread(identifier: identifier)
    }

    /// Waits for the thread's end; call it once, or `detach` (`pthread_join`).
    package func join() {
        pthread_join(identifier, nil)
    }

    /// Lets the thread free itself at its end (`pthread_detach`).
    package func detach() {
        pthread_detach(identifier)
    }

    private static func create(_ stackBytes: Int, _ argument: UnsafeMutableRawPointer) -> pthread_t? {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        #if canImport(Darwin)
        var identifier: pthread_t?
        #else
        var identifier = pthread_t()
        #endif
        let result = unsafe pthread_create(&identifier, &attributes, run, argument)
        return result == 0 ? identifier : nil
    }

    #if canImport(Darwin)
    private static let run: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { argument in
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
    #else
    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
    #endif
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
