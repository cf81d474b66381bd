internal import Platform

/// Runs `body` on `count` threads at once and returns when all have ended.
///
/// Threads of the system and no tasks: a blocked test must not wait for another task.
package func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = (0..<count).map { index in SystemThread.start(stackBytes: 8 << 20) { body(index) } }
    for thread in threads {
        guard let thread else { preconditionFailure("the system has no room for \(count) threads") }
        thread.join()
    }
}
