import Codecs
import PostgresClient
import ServiceKit

/// Takes tokens from buckets, from all of them or from none.
enum Throttle {
    /// One row with `wait_ms`, which is 0 where every bucket had a token.
    ///
    /// No kind may occur twice.
    static func take(_ limits: [(limit: RateLimit, bucket: [UInt8])], now: Timestamp) -> SQL {
        """
        select auth.take_tokens(\(limits.map(\.limit.kind.rawValue)), \(limits.map(\.bucket)),
            \(limits.map(\.limit.capacity)), \(limits.map(\.limit.refillPerSecond)), \(now)) as wait_ms
        """
    }

    /// Throws `Problem` 429 `throttled` where the row's `wait_ms` tells to wait.
    static func demandTurn(_ row: Row) throws {
        let milliseconds: Int64 = try row.decode("wait_ms")
        if milliseconds > 0 { throw Problem.retryAfter(Int((milliseconds + 999) / 1_000)) }
    }
}
