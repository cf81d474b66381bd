package import Codecs
package import LocalPlatform

/// A schedule with its next runs, for people.
package struct UpcomingRuns: Sendable {
    package let name: String
    package let expression: String
    /// The zone that the expression is read in.
    package let zone: String
    package let function: String
    package let isEnabled: Bool
    /// The next runs, the earliest first; none where it is disabled or over.
    package let times: [Timestamp]

    /// - Parameters:
    ///   - moment: the runs are those after it.
    ///   - clockStart: where the runs of `rate` are counted from.
    package init(of schedule: TemplateSchedule, after moment: Timestamp, clockStart: Timestamp, count: Int) {
        name = schedule.name
        expression = schedule.expression
        zone = schedule.zone
        function = schedule.target.function
        isEnabled = schedule.isEnabled
        var times: [Timestamp] = []
        while times.count < count, let next = schedule.next(after: times.last ?? moment, clockStart: clockStart) {
            times.append(next)
        }
        self.times = times
    }
}

extension ScheduleClock {
    /// All schedules with their next runs by this clock, in the order of these.
    package func upcoming(count: Int = 3) -> [UpcomingRuns] {
        Self.upcoming(schedules, after: now, clockStart: begin, count: count)
    }

    /// The same for a clock that is not running.
    package static func upcoming(
        _ schedules: [TemplateSchedule], after moment: Timestamp, clockStart: Timestamp, count: Int
    ) -> [UpcomingRuns] {
        let never = Timestamp(millisecondsSince1970: .max)
        return schedules.map { UpcomingRuns(of: $0, after: moment, clockStart: clockStart, count: count) }
            .sorted { ($0.times.first ?? never, $0.name) < ($1.times.first ?? never, $1.name) }
    }
}
