internal import Platform

/// The moment at which an exchange is given up, by the clock that nobody sets.
struct Deadline {
    /// Nil waits for ever.
    private let nanoseconds: Int64?

    init(milliseconds: Int64?) {
        nanoseconds = milliseconds.map { limit in
            // Three hundred years are as good as for ever.
            SystemClock.monotonicNanoseconds() + min(max(1, limit), .max / 2_000_000) * 1_000_000
        }
    }

    var isLimited: Bool { nanoseconds != nil }

    /// What `poll` takes: milliseconds, 0 when the time is up, -1 for no limit.
    var milliseconds: Int32 {
        guard let nanoseconds else { return -1 }
        let left = nanoseconds - SystemClock.monotonicNanoseconds()
        return Int32(clamping: max(0, (left + 999_999) / 1_000_000))
    }
}
