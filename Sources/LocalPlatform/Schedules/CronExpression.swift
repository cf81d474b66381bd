internal import Codecs

/// The six fields of `cron(…)`: minutes, hours, day of month, month, day of week, year.
///
/// Source: EventBridge Scheduler user guide, "Cron-based schedules". What it does not describe (several days with `L` or
/// `W`, `LW`, `L-3`) is refused.
struct CronExpression: Sendable {
    private let minutes: [Int]
    private let hours: [Int]
    private let days: CronDays
    private let months: Set<Int>
    private let years: [Int]

    init(_ text: Substring) throws(ScheduleExpression.Refusal) {
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == 6 else {
            throw ScheduleExpression.Refusal(reason: "cron wants six fields and has \(fields.count)")
        }
        minutes = try CronField.minutes.values(fields[0]).sorted()
        hours = try CronField.hours.values(fields[1]).sorted()
        days = try CronDays(ofMonth: fields[2], ofWeek: fields[4])
        months = try CronField.months.values(fields[3])
        years = try CronField.years.values(fields[5]).sorted()
    }

    /// The first moment after this one; nil where no year of the expression has one.
    func next(after moment: Timestamp) -> Timestamp? {
        let first = moment.day
        let today = first.components
        for year in years where year >= today.year {
            for month in 1...12 where months.contains(month) && (year > today.year || month >= today.month) {
                for day in days.days(year: year, month: month) where day >= first {
                    if let time = next(on: day, after: moment) { return time }
                }
            }
        }
        return nil
    }

    private func next(on day: UTCDay, after moment: Timestamp) -> Timestamp? {
        for hour in hours {
            let start = day.start.advanced(byMilliseconds: Int64(hour) * 3_600_000)
            guard start.advanced(byMilliseconds: 3_600_000) > moment else { continue }
            for minute in minutes {
                let time = start.advanced(byMilliseconds: Int64(minute) * 60_000)
                if time > moment { return time }
            }
        }
        return nil
    }
}
