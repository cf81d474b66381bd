/// How long to wait before the next attempt: exponential with full jitter (botocore, `ExponentialBackoff`, version 2.1).
enum Backoff {
    /// No wait is longer, in milliseconds; a service that asks for more gets no further attempt of this call.
    static let longestMilliseconds: Int64 = 20_000

    /// - Parameters:
    ///   - attempt: the one that failed, counted from 1.
    ///   - jitter: from 0 to 1.
    /// - Returns: milliseconds; nil where the service asks for a longer wait than any.
    static func milliseconds(
        after attempt: Int, isThrottled: Bool, retryAfter: RetryAfter?, jitter: Double
    ) -> Int64? {
        let scale: Int64 = isThrottled ? 1_000 : 50
        let ceiling = min(longestMilliseconds, scale << Int64(min(max(attempt, 1) - 1, 16)))
        let delay = Int64(Double(ceiling) * min(max(jitter, 0), 1))
        switch retryAfter {
        case nil: return delay
        case .hint(let asked): return max(delay, min(asked, delay + 5_000))
        case .atLeast(let asked): return asked <= longestMilliseconds ? max(delay, asked) : nil
        }
    }
}
