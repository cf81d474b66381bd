internal import Codecs

/// How far the service's clock is ahead of ours, as far as it is known.
struct ClockSkew {
    private(set) var offsetMilliseconds: Int64 = 0
    /// Services accept signatures of five minutes before and after; smaller differences are not ours to correct.
    private static let tolerance: Int64 = 300_000

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
