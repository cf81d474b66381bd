package import Codecs

/// The machine's clocks.
package enum SystemClock {
    /// The wall clock, in milliseconds; it jumps when Lambda thaws an environment (`clock_gettime(CLOCK_REALTIME)`).
    package static func now() -> Timestamp {
        Timestamp(millisecondsSince1970: nanoseconds(of: CLOCK_REALTIME) / 1_000_000)
    }

    /// Nanoseconds since an arbitrary start; never goes back (`clock_gettime(CLOCK_MONOTONIC)`).
    package static func monotonicNanoseconds() -> Int64 {
        nanoseconds(of: CLOCK_MONOTONIC)
    }

    private static func nanoseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
