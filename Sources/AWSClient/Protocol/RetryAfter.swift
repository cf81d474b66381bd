internal import Codecs

/// How long the peer asks to wait before the next attempt.
enum RetryAfter: Equatable {
    /// A hint of AWS's services (`x-amz-retry-after`), in milliseconds.
    case hint(milliseconds: Int64)
    /// `Retry-After` (RFC 9110, section 10.2.3), in milliseconds: not before.
    case atLeast(milliseconds: Int64)

    /// Reads both fields; the standard one counts where both are there, because it is the stronger wish.
    init?(milliseconds hint: String?, standard: String?, at now: Timestamp) {
        if let standard, let time = Self.milliseconds(standard, at: now) {
            self = .atLeast(milliseconds: time)
        } else if let hint, let time = Self.number(hint) {
            self = .hint(milliseconds: time)
        } else {
            return nil
        }
    }

    private static func milliseconds(_ text: String, at now: Timestamp) -> Int64? {
        if let seconds = number(text) { return seconds * 1_000 }
        guard let moment = HTTPDate.parse(text) else { return nil }
        return max(0, moment.millisecondsSince1970 - now.millisecondsSince1970)
    }

    private static let longest: Int64 = 999_999_999

    /// Digits only; what has more of them than any sensible time is `longest`.
    private static func number(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        return min(Int64(text) ?? longest, longest)
    }
}
