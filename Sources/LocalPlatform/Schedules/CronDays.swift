internal import Codecs

/// The days that a cron expression runs on: by the month or by the week, never by both.
enum CronDays: Sendable {
    case ofMonth(Set<Int>)
    /// `L`
    case lastOfMonth
    /// `3W`: the weekday of the month that is nearest to its third.
    case nearestWeekday(Int)
    /// From 1 for Sunday.
    case ofWeek(Set<Int>)
    /// `6L`: the last Friday of the month.
    case lastOfWeekday(Int)
    /// `3#2`: the second Tuesday of the month.
    case ordinal(weekday: Int, number: Int)

    init(ofMonth month: Substring, ofWeek week: Substring) throws(ScheduleExpression.Refusal) {
        guard (month == "?") != (week == "?") else {
            throw ScheduleExpression.Refusal(
                reason: "exactly one of its fields for the day of month and the day of week must be ?")
        }
        self = week == "?" ? try Self.byMonth(month) : try Self.byWeek(week)
    }

    private static func byMonth(_ text: Substring) throws(ScheduleExpression.Refusal) -> CronDays {
        let field = CronField.daysOfMonth
        if text.uppercased() == "L" { return .lastOfMonth }
        if text.last == "W" || text.last == "w" { return .nearestWeekday(try field.value(text.dropLast())) }
        return .ofMonth(try field.values(text))
    }

    private static func byWeek(_ text: Substring) throws(ScheduleExpression.Refusal) -> CronDays {
        let field = CronField.daysOfWeek
        // Alone it is the last day of the week.
        if text.uppercased() == "L" { return .ofWeek([7]) }
        if text.last == "L" || text.last == "l" { return .lastOfWeekday(try field.value(text.dropLast())) }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return .ofWeek(try field.values(text)) }
        guard parts.count == 2, let number = CronField.number(parts[1]), (1...5).contains(number) else {
            throw field.refusal(text)
        }
        return .ordinal(weekday: try field.value(parts[0]), number: number)
    }

    /// The days of a month, the earliest first.
    func days(year: Int, month: Int) -> [UTCDay] {
        guard let first = UTCDay(year: year, month: month, day: 1) else { return [] }
        let all = (0..<31).map(first.advanced).filter { $0.components.month == month }
        switch self {
        case .ofMonth(let days): return all.filter { days.contains($0.components.day) }
        case .lastOfMonth: return Array(all.suffix(1))
        case .nearestWeekday(let day): return all.count < day ? [] : [Self.weekday(nearest: all[day - 1], in: all)]
        case .ofWeek(let weekdays): return all.filter { weekdays.contains(Self.weekday($0)) }
        case .lastOfWeekday(let weekday): return Array(all.filter { Self.weekday($0) == weekday }.suffix(1))
        case .ordinal(let weekday, let number):
            return Array(all.filter { Self.weekday($0) == weekday }.dropFirst(number - 1).prefix(1))
        }
    }

    /// The day itself, or the Friday before a Saturday and the Monday after a Sunday, but always in the same month.
    private static func weekday(nearest day: UTCDay, in month: [UTCDay]) -> UTCDay {
        switch weekday(day) {
        case 7: day == month.first ? day.advanced(by: 2) : day.advanced(by: -1)
        case 1: day == month.last ? day.advanced(by: -2) : day.advanced(by: 1)
        default: day
        }
    }

    /// 1 for Sunday; 1970-01-01 was a Thursday.
    static func weekday(_ day: UTCDay) -> Int {
        let offset = (Int(day.daysSince1970) + 4) % 7
        return (offset < 0 ? offset + 7 : offset) + 1
    }
}
