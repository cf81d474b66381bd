/// Why a `ComicRead` cannot be rewarded, now or ever; its delivery belongs in the dead-letter queue.
package struct ComicReadError: Error, Equatable, Sendable {
    /// What to act on.
    package enum Code: String, CaseIterable, Sendable {
        /// The read lies more than 5 minutes in the future.
        case readInFuture = "Function.ComicReadInFuture"
        /// The read is older than 14 days and was never seen before.
        case readTooOld = "Function.ComicReadTooOld"
        /// The same event identity was recorded with another reader, comic or time.
        case eventConflict = "Function.ComicReadConflict"

        /// What it means, in words.
        package var message: String {
            switch self {
            case .readInFuture: "the read lies more than 5 minutes in the future"
            case .readTooOld: "the read is older than 14 days"
            case .eventConflict: "the event's identity is known with another reader, comic or time"
            }
        }
    }

    package let code: Code

    package init(_ code: Code) {
        self.code = code
    }
}
