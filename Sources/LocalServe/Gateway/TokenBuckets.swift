internal import LocalPlatform
internal import Synchronization

/// The limits of the HTTP API's stage: a bucket of tokens for each route that has a limit.
///
/// Source: API Gateway developer guide, "Throttle requests to your HTTP APIs". A stage's own limits count for each route by
/// itself, as those of a REST API do for each method.
final class TokenBuckets: Sendable {
    private struct Bucket {
        let limit: TemplateThrottle
        var tokens: Double
        var filledAt: Int64
    }

    private let buckets: Mutex<[String: Bucket]>

    /// - Parameter now: monotonic, in nanoseconds; all buckets are full then.
    init(_ http: TemplateHTTP, routes: [TemplateRoute], now: Int64) {
        var buckets: [String: Bucket] = [:]
        for route in routes {
            guard let limit = http.throttle(of: route.key) else { continue }
            buckets[route.key] = Bucket(limit: limit, tokens: Double(limit.burst), filledAt: now)
        }
        self.buckets = Mutex(buckets)
    }

    /// Takes a token of the route's bucket; false when it is empty.
    func take(_ routeKey: String, now: Int64) -> Bool {
        buckets.withLock { buckets in
            guard var bucket = buckets[routeKey] else { return true }
            let elapsed = Double(max(0, now - bucket.filledAt)) / 1_000_000_000
            bucket.tokens = min(Double(bucket.limit.burst), bucket.tokens + elapsed * bucket.limit.rate)
            bucket.filledAt = now
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            buckets[routeKey] = bucket
            return isAllowed
        }
    }
}
