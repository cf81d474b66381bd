import Codecs
import Platform

/// The machine's clock, for deadlines only.
enum SystemTime {
    static var now: Int64 { SystemClock.now().millisecondsSince1970 }
}
