internal import Codecs

/// What a schedule's target gets, with the keywords that Scheduler replaces in it.
///
/// Source: EventBridge Scheduler user guide, "Adding context attributes".
enum ScheduleInput {
    static func fill(
        _ input: String, arn: String, at time: Timestamp, execution: String, attempt: Int = 1
    ) -> String {
        let values = [
            "<aws.scheduler.schedule-arn>": arn,
            "<aws.scheduler.scheduled-time>": time.wholeSeconds,
            "<aws.scheduler.execution-id>": execution,
            "<aws.scheduler.attempt-number>": String(attempt),
        ]
        var result = ""
        var rest = Substring(input)
        while let start = rest.firstRange(of: "<aws.scheduler."),
            let end = rest[start.upperBound...].firstIndex(of: ">")
        {
            let keyword = String(rest[start.lowerBound...end])
            result += rest[..<start.lowerBound] + (values[keyword] ?? keyword)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
