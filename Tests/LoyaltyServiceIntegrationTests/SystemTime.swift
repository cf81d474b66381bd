import Codecs
import Platform

/// Deadlines for calls that a test makes.
enum SystemTime {
    static var inOneMinute: Timestamp { SystemClock.now().advanced(byMilliseconds: 60_000) }
}
