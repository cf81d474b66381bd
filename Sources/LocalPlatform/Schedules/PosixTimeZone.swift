internal import Codecs

/// The rule for moments after the last change that a zone's file lists, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Source: POSIX.1-2017, section 8.3, `TZ`, with the hours of RFC 8536, section 3.3.1.
struct PosixTimeZone: Sendable {
    /// Seconds east of UTC.
    private let standard: Int64
    private let summer: Summer?

    private struct Summer {
        let offset: Int64
        let begin: Change
        let end: Change
    }

    /// A day of each year, and the second of it at which clocks change, by the time that held before.
    private struct Change {
        enum Day {
            /// From 1 to 365; 29 February does not count.
            case julian(Int)
            /// From 0 to 365.
            case zeroBased(Int)
            /// The week of a month, 5 for the last, and its day, 0 for Sunday.
            case weekday(month: Int, week: Int, day: Int)
        }

        let day: Day
        let second: Int64
    }

    init?(_ text: String) {
        var rest = Substring(text)
        guard text.utf8.count <= 128, Self.takeName(&rest), let west = Self.takeTime(&rest, hours: 24) else {
            return nil
        }
        standard = -west
        if rest.isEmpty {
            summer = nil
            return
        }
        guard Self.takeName(&rest) else { return nil }
        var offset = standard + 3_600
        if rest.first != "," {
            guard let west = Self.takeTime(&rest, hours: 24) else { return nil }
            offset = -west
        }
        guard let begin = Self.takeChange(&rest), let end = Self.takeChange(&rest), rest.isEmpty else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    /// All offsets that the rule knows.
    var offsets: [Int64] { [standard] + (summer.map { [$0.offset] } ?? []) }

    /// Seconds east of UTC at a moment, in seconds since 1970.
    func offset(at moment: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = UTCDay(daysSince1970: Int32(clamping: Self.days(moment + standard))).components.year
        guard let begin = Self.moment(of: summer.begin, year, offset: standard),
            let end = Self.moment(of: summer.end, year, offset: summer.offset)
        else { return standard }
        // In the south summer begins in one year and ends in the next.
        let isSummer = begin < end ? (begin..<end).contains(moment) : !(end..<begin).contains(moment)
        return isSummer ? summer.offset : standard
    }

    private static func days(_ seconds: Int64) -> Int64 {
        let (quotient, remainder) = seconds.quotientAndRemainder(dividingBy: 86_400)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func moment(of change: Change, _ year: Int, offset: Int64) -> Int64? {
        guard let first = UTCDay(year: year, month: 1, day: 1), let march = UTCDay(year: year, month: 3, day: 1) else {
            return nil
        }
        let day: UTCDay
        switch change.day {
        case .zeroBased(let number): day = first.advanced(by: number)
        case .julian(let number):
            let isLeap = march.daysSince1970 - first.daysSince1970 == 60
            day = first.advanced(by: number - (isLeap && number >= 60 ? 0 : 1))
        case .weekday(let month, let week, let weekday):
            let days = CronDays.ofWeek([weekday + 1]).days(year: year, month: month)
            guard let found = days.dropFirst(week - 1).first ?? days.last else { return nil }
            day = found
        }
        return Int64(day.daysSince1970) * 86_400 + change.second - offset
    }

    // MARK: Reading

    /// `CET`, or `<+0330>`.
    private static func takeName(_ rest: inout Substring) -> Bool {
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(name.count)
        return name.count >= 3
    }

    /// `-1`, `3`, `4:30`, `-167:00:00`: seconds.
    private static func takeTime(_ rest: inout Substring, hours: Int) -> Int64? {
        let isNegative = rest.first == "-"
        if let first = rest.first, first == "-" || first == "+" { rest = rest.dropFirst() }
        guard let hour = takeNumber(&rest, in: 0...hours) else { return nil }
        var seconds = Int64(hour) * 3_600
        for unit: Int64 in [60, 1] where rest.first == ":" {
            rest = rest.dropFirst()
            guard let number = takeNumber(&rest, in: 0...59) else { return nil }
            seconds += Int64(number) * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `,M3.5.0/2`, `,J60`, `,59`.
    private static func takeChange(_ rest: inout Substring) -> Change? {
        guard rest.first == "," else { return nil }
        rest = rest.dropFirst()
        guard let day = takeDay(&rest) else { return nil }
        guard rest.first == "/" else { return Change(day: day, second: 7_200) }
        rest = rest.dropFirst()
        return takeTime(&rest, hours: 167).map { Change(day: day, second: $0) }
    }

    private static func takeDay(_ rest: inout Substring) -> Change.Day? {
        switch rest.first {
        case "J":
            rest = rest.dropFirst()
            return takeNumber(&rest, in: 1...365).map { .julian($0) }
        case "M":
            rest = rest.dropFirst()
            guard let month = takeNumber(&rest, in: 1...12), takeDot(&rest), let week = takeNumber(&rest, in: 1...5),
                takeDot(&rest), let day = takeNumber(&rest, in: 0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        default: return takeNumber(&rest, in: 0...365).map { .zeroBased($0) }
        }
    }

    private static func takeDot(_ rest: inout Substring) -> Bool {
        guard rest.first == "." else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func takeNumber(_ rest: inout Substring, in range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        return CronField.number(digits).flatMap { range.contains($0) ? $0 : nil }
    }
}
