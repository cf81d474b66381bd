/// A moment in UTC, to the millisecond.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    package var millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    /// The UTC calendar day that the moment falls in; the nearest one that `UTCDay` can hold.
    package var day: UTCDay {
        UTCDay(daysSince1970: Int32(clamping: millisecondsSince1970.flooredQuotient(Self.millisecondsPerDay)))
    }

    /// The moment that many milliseconds later; stays at the ends of the range instead of overflowing.
    package func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = millisecondsSince1970.addingReportingOverflow(milliseconds)
        return Timestamp(millisecondsSince1970: overflow ? (milliseconds > 0 ? .max : .min) : sum)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    static let millisecondsPerDay: Int64 = 86_400_000
}

extension Int64 {
    /// The quotient rounded towards minus infinity, so that days before 1970 count right.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
