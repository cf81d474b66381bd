import Codecs

/// A week that begins on Monday and belongs to the year that has its Thursday (ISO 8601).
struct ISOWeek: Hashable, Sendable, CustomStringConvertible {
    let year: Int
    /// 1 to 53.
    let week: Int

    init(of day: UTCDay) {
        // 1970-01-01 was a Thursday: Monday is 0.
        let weekday = ((Int(day.daysSince1970) + 3) % 7 + 7) % 7
        let thursday = day.advanced(by: 3 - weekday)
        let year = thursday.components.year
        let first = UTCDay(year: year, month: 1, day: 1) ?? thursday
        self.year = year
        week = (Int(thursday.daysSince1970) - Int(first.daysSince1970)) / 7 + 1
    }

    /// Such as `2026-W47`.
    var description: String { "\(year)-W\(week < 10 ? "0" : "")\(week)" }
}
