internal import Codecs

/// How far the service's clock is ahead of ours, as far as it is known.
struct ClockSkew {
    private(set) var offsetMilliseconds: Int64 = 0
    /// Less than the five minutes that services accept: their date has lost its fraction of a second, and is as old as
    /// the answer's way.
    private static let tolerance: Int64 = 240_000

    /// The service's time.
    func corrected(_ now: Timestamp) -> Timestamp {
        now.advanced(byMilliseconds: offsetMilliseconds)
    }

    /// Learns from the date of a refusal.
    ///
    /// - Returns: whether the time that was signed was wrong, so that another attempt makes sense.
    mutating func learn(serverDate: Timestamp?, at now: Timestamp) -> Bool {
        guard let serverDate else { return false }
        let found = serverDate.millisecondsSince1970 - now.millisecondsSince1970
        guard abs(found - offsetMilliseconds) >= Self.tolerance else { return false }
        offsetMilliseconds = found
        return true
    }
}
