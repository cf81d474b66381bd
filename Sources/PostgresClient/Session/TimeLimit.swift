internal import Platform

/// A moment on the monotonic clock after which a blocking call gives up.
package struct TimeLimit: Sendable, Equatable {
    private let nanoseconds: Int64

    /// The moment that lies `milliseconds` ahead; at or below zero it has passed.
    package static func after(milliseconds: Int64) -> TimeLimit {
        let span = Swift.min(Swift.max(milliseconds, 0), 1_000_000_000) * 1_000_000
        return TimeLimit(nanoseconds: SystemClock.monotonicNanoseconds() + span)
    }

    /// Milliseconds left, rounded up so that waiting them passes the limit; never below zero.
    package var remainingMilliseconds: Int64 {
        Swift.max(0, (nanoseconds - SystemClock.monotonicNanoseconds() + 999_999) / 1_000_000)
    }

    package var hasPassed: Bool {
        SystemClock.monotonicNanoseconds() >= nanoseconds
    }
}
