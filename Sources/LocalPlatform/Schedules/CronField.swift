/// One field of a cron expression whose elements are numbers: `*`, `5`, `MON`, `1-5`, `0/15`, `1-30/5`, `20-2`, and lists.
struct CronField: Sendable {
    let name: String
    let range: ClosedRange<Int>
    /// What stands for numbers, the first for the range's first.
    var names: [Substring] = []
    /// Whether the first value follows the last one.
    var isCyclic = true

    static let minutes = CronField(name: "minutes", range: 0...59)
    static let hours = CronField(name: "hours", range: 0...23)
    static let daysOfMonth = CronField(name: "day of month", range: 1...31)
    static let months = CronField(
        name: "month", range: 1...12,
        names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
    static let daysOfWeek = CronField(
        name: "day of week", range: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
    static let years = CronField(name: "year", range: 1970...2199, isCyclic: false)

    func values(_ text: Substring) throws(ScheduleExpression.Refusal) -> Set<Int> {
        var values: Set<Int> = []
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            values.formUnion(try self.element(element))
        }
        return values
    }

    private func element(_ text: Substring) throws(ScheduleExpression.Refusal) -> [Int] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { throw refusal(text) }
        var step = 1
        if parts.count == 2 {
            guard let number = Self.number(parts[1]), number >= 1 else { throw refusal(text) }
            step = number
        }
        let ends = first.split(separator: "-", omittingEmptySubsequences: false)
        switch ends.count {
        case 1 where first == "*": return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
        case 1:
            let start = try value(first)
            return parts.count == 2 ? Array(stride(from: start, through: range.upperBound, by: step)) : [start]
        case 2:
            let (start, end) = (try value(ends[0]), try value(ends[1]))
            guard start > end else { return Array(stride(from: start, through: end, by: step)) }
            // Over the end of the hour, the day, the week or the year: 20-2 are the hours from 20 to 2.
            guard isCyclic else { throw refusal(text) }
            let around = Array(start...range.upperBound) + Array(range.lowerBound...end)
            return stride(from: 0, to: around.count, by: step).map { around[$0] }
        default: throw refusal(text)
        }
    }

    /// A number or a name, in the field's range.
    func value(_ text: Substring) throws(ScheduleExpression.Refusal) -> Int {
        if let index = names.firstIndex(of: Substring(text.uppercased())) { return range.lowerBound + index }
        guard let number = Self.number(text), range.contains(number) else { throw refusal(text) }
        return number
    }

    func refusal(_ text: Substring) -> ScheduleExpression.Refusal {
        ScheduleExpression.Refusal(reason: "\"\(text.prefix(32))\" is nothing that its field for \(name) can hold")
    }

    /// Digits alone: `Int` would take a sign.
    static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
