package import Codecs

/// The date of a header (RFC 5322, section 3.3), in UTC.
package enum MailDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sat, 21 Nov 2026 09:08:00 +0000`.
    package static func format(_ time: Timestamp) -> String {
        let (year, month, day) = time.day.components
        // 1 January 1970 was a Thursday.
        let weekday = weekdays[(Int(time.day.daysSince1970) % 7 + 7) % 7]
        let seconds = (time.millisecondsSince1970 - time.day.start.millisecondsSince1970) / 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(day) \(months[month - 1]) \(year) \(clock) +0000"
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
