package import Codecs

/// When a schedule runs: `cron(…)`, `rate(…)` or `at(…)` of EventBridge Scheduler, in a time zone.
///
/// Source: EventBridge Scheduler user guide, "Schedule types in EventBridge Scheduler".
package struct ScheduleExpression: Sendable {
    /// As it was written.
    package let text: String
    /// The zone that it is read in, as it was written; the times of `rate` do not depend on it.
    package let zone: String
    private let kind: Kind
    private let place: ScheduleZone

    private enum Kind: Sendable {
        case cron(CronExpression)
        /// Milliseconds from one run to the next.
        case rate(Int64)
        /// The only run, in the zone's own time.
        case at(Timestamp)
    }

    /// Why an expression or a zone is refused, as the end of a sentence.
    package struct Refusal: Error, Equatable {
        package let reason: String
    }

    /// Reads an expression; the zone is UTC where none is given.
    package init(_ text: String, zone: String? = nil) throws(Refusal) {
        self.text = text
        self.zone = zone ?? "UTC"
        place = try ScheduleZone(self.zone)
        kind = try Self.kind(text)
    }

    /// The first run after a moment; nil where there is none any more.
    ///
    /// - Parameters:
    ///   - start: where the runs of `rate` are counted from.
    ///   - runsAtStart: whether the first one of them is there, or one interval later.
    package func next(
        after moment: Timestamp, countedFrom start: Timestamp, runsAtStart: Bool = false
    ) -> Timestamp? {
        switch kind {
        case .cron(let expression):
            return next(expression, after: moment)
        case .at(let time):
            return place.moment(ofLocal: time).flatMap { $0 > moment ? $0 : nil }
        case .rate(let interval):
            let elapsed = moment.millisecondsSince1970 - start.millisecondsSince1970
            let number = elapsed < 0 ? (runsAtStart ? 0 : 1) : elapsed / interval + 1
            return start.advanced(byMilliseconds: number * interval)
        }
    }

    /// Times that the zone's clocks leap over are left out; of those that they show twice the first one counts.
    private func next(_ expression: CronExpression, after moment: Timestamp) -> Timestamp? {
        var local = place.local(moment)
        while let time = expression.next(after: local) {
            if let run = place.moment(ofLocal: time), run > moment { return run }
            local = time
        }
        return nil
    }

    private static func kind(_ text: String) throws(Refusal) -> Kind {
        guard text.utf8.count <= 256, let open = text.firstIndex(of: "("), text.last == ")" else {
            throw Refusal(reason: "it is none of cron(…), rate(…) and at(…)")
        }
        let inside = text[text.index(after: open)...].dropLast()
        switch text[..<open] {
        case "cron": return .cron(try CronExpression(inside))
        case "rate": return .rate(try interval(inside))
        case "at":
            // Without a zone of its own: `yyyy-mm-ddThh:mm:ss`.
            guard inside.utf8.count == 19, let time = RFC3339.parse(Array(inside.utf8) + [0x5A]) else {
                throw Refusal(reason: "at wants yyyy-mm-ddThh:mm:ss")
            }
            return .at(time)
        default: throw Refusal(reason: "it is none of cron(…), rate(…) and at(…)")
        }
    }

    /// `5 minutes`, `1 hour`.
    private static func interval(_ text: Substring) throws(Refusal) -> Int64 {
        let words = text.split(separator: " ")
        let minutes: [Substring: Int64] = [
            "minute": 1, "minutes": 1, "hour": 60, "hours": 60, "day": 1440, "days": 1440,
        ]
        guard words.count == 2, let value = Int64(words[0]), (1...1_000_000).contains(value),
            words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let unit = minutes[words[1]]
        else { throw Refusal(reason: "rate wants a number above 0 and minutes, hours or days") }
        return value * unit * 60_000
    }
}
