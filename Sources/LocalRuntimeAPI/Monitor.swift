internal import Platform

/// State that several threads share: one at a time sees it, and each can wait for it to change.
///
/// Owns a `pthread_mutex_t` and a `pthread_cond_t`. The pair is what makes it safe to send.
@safe
package final class Monitor<State>: @unchecked Sendable {
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Looks at or changes the state, and wakes those who wait.
    package func withState<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Waits until the body returns something, at most that long; nil when the time is up.
    package func wait<Result>(milliseconds: Int64, for body: (inout State) -> Result?) -> Result? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        let deadline = SystemClock.monotonicNanoseconds().addingReportingOverflow(
            milliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue)
        while true {
            if let result = body(&state) {
                unsafe pthread_cond_broadcast(condition)
                return result
            }
            let left = deadline.partialValue - SystemClock.monotonicNanoseconds()
            guard left > 0 else { return nil }
            waitOnce(nanoseconds: left)
        }
    }

    private func waitOnce(nanoseconds: Int64) {
        // The wall clock is the condition's own; a jump only makes one turn of the loop longer or shorter.
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let total = Int64(time.tv_nsec) + min(nanoseconds, 1_000_000_000)
        time.tv_sec += Int(total / 1_000_000_000)
        time.tv_nsec = Int(total % 1_000_000_000)
        unsafe pthread_cond_timedwait(condition, mutex, &time)
    }
}
