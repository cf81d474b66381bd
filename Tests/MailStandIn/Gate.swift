import Platform
import Synchronization

/// Where a thread waits until the test has done something.
package final class Gate: Sendable {
    private struct State {
        var arrived = 0
        var isOpen = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether somebody has come to the gate.
    package var isReached: Bool { state.withLock { $0.arrived > 0 } }

    package func open() {
        state.withLock { $0.isOpen = true }
    }

    /// Waits for somebody to come; false after half a minute.
    package func waitUntilReached() -> Bool {
        waitUntil { isReached }
    }

    /// Waits for the gate to open; at most a minute, so that no thread stays for ever.
    func pass() {
        state.withLock { $0.arrived += 1 }
        for _ in 0..<60_000 where !state.withLock({ $0.isOpen }) { usleep(1_000) }
    }
}

/// Waits until the condition holds; false after half a minute.
package func waitUntil(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<6_000 {
        if try condition() { return true }
        usleep(5_000)
    }
    return false
}
