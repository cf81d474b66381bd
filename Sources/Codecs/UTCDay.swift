/// A day of the proleptic Gregorian calendar, in UTC.
package struct UTCDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var daysSince1970: Int32

    package init(daysSince1970: Int32) {
        self.daysSince1970 = daysSince1970
    }

    /// Year, month (1 to 12) and day of the month; nil when there is no such day or the year is not 0 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        // Counts from 1 March, so that the leap day is the last of its year (Hinnant, "chrono-compatible date algorithms").
        let marchYear = month > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysSince1970: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    /// The calendar's year, month (1 to 12) and day of the month (1 to 31).
    package var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSince1970) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// The first moment of the day.
    package var start: Timestamp {
        Timestamp(millisecondsSince1970: Int64(daysSince1970) * Timestamp.millisecondsPerDay)
    }

    /// The day that many days later (earlier when negative); stays at the ends of the range instead of overflowing.
    package func advanced(by days: Int) -> UTCDay {
        let (sum, overflow) = Int(daysSince1970).addingReportingOverflow(days)
        return UTCDay(daysSince1970: overflow ? (days > 0 ? .max : .min) : Int32(clamping: sum))
    }

    /// `YYYY-MM-DD` (RFC 3339, `full-date`).
    package var description: String {
        RFC3339.format(self)
    }

    package static func < (left: UTCDay, right: UTCDay) -> Bool {
        left.daysSince1970 < right.daysSince1970
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
