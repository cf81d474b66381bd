internal import Platform
internal import Synchronization

/// A thread of its own for a server or a concurrent caller: a blocked test must not wait for a Task.
package final class TestThread: Sendable {
    private struct State {
        var handle: pthread_t?
    }

    private let state: Mutex<State>

    /// Starts `body` on a new thread (`pthread_create`).
    package init(_ body: @escaping @Sendable () -> Void) {
        state = Mutex(State())
        let box = unsafe Unmanaged.passRetained(Body(run: body)).toOpaque()
        var handle = pthread_t()
        let result = unsafe pthread_create(
            &handle, nil,
            { pointer in
                if let pointer = unsafe pointer as UnsafeMutableRawPointer? {
                    unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                }
                return nil
            }, box)
        guard result == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(box).release()
            return
        }
        let started = handle
        state.withLock { $0.handle = started }
    }

    deinit {
        if let handle = state.withLock({ $0.handle }) { pthread_detach(handle) }
    }

    /// Waits for the end of the thread (`pthread_join`).
    ///
    /// Once.
    package func join() {
        let handle = state.withLock { state in
            defer { state.handle = nil }
            return state.handle
        }
        if let handle { pthread_join(handle, nil) }
    }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

/// Runs `body` on `count` threads at once and returns when all have ended.
package func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = (0..<count).map { index in TestThread { body(index) } }
    for thread in threads { thread.join() }
}
