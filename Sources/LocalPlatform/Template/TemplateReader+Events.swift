internal import Codecs

extension TemplateReader {
    /// What an `AWS::Events::Rule` is: one with a pattern, or one with a schedule.
    enum Rule {
        case pattern(TemplateRule)
        case schedule(TemplateSchedule)
    }

    func rule(_ name: String, _ resource: JSONTree) throws(LocalError) -> Rule {
        let properties = try properties(of: resource, name)
        let bus = EventBusName.short(properties["EventBusName"]?.text)
        let arn = Self.arn(ofRule: name, bus: bus)
        if properties["ScheduleExpression"] != nil {
            guard properties["EventPattern"] == nil else {
                throw LocalError(.configuration, "The rule \(name) has both EventPattern and ScheduleExpression.")
            }
            return .schedule(try scheduledRule(name, properties, arn: arn))
        }
        guard let pattern = properties["EventPattern"] else {
            throw LocalError(.configuration, "The rule \(name) has neither EventPattern nor ScheduleExpression.")
        }
        var targets: [TemplateTarget] = []
        var topics: [String] = []
        var others: [String] = []
        for target in properties["Targets"]?.elements ?? [] {
            let arn = try text("Arn", of: target, name)
            if Self.isReceiver(arn) {
                targets.append(try self.target(target, usedBy: name))
            } else if arn.hasPrefix("arn:aws:sns:"), let topic = arn.split(separator: ":").last {
                topics.append(String(topic))
            } else {
                others.append(arn)
            }
        }
        return .pattern(
            TemplateRule(
                name: name, bus: bus, pattern: try EventPattern(pattern, of: name), targets: targets,
                topics: topics, otherTargets: others, isEnabled: Self.isEnabled(properties), arn: arn))
    }

    func schedule(_ name: String, _ resource: JSONTree) throws(LocalError) -> TemplateSchedule {
        let properties = try properties(of: resource, name)
        let window = properties["FlexibleTimeWindow"] ?? .object([])
        let isFlexible = window["Mode"]?.text == "FLEXIBLE"
        let target = try target(properties["Target"] ?? .null, usedBy: name)
        return TemplateSchedule(
            name: name,
            timing: try timing(properties, name, zone: properties["ScheduleExpressionTimezone"]?.text),
            start: try date("StartDate", of: properties, name), end: try date("EndDate", of: properties, name),
            windowMinutes: isFlexible
                ? try number("MaximumWindowInMinutes", of: window, name, range: 1...1440, default: 1) : 0,
            isEnabled: Self.isEnabled(properties), target: target,
            source: "aws.scheduler", arn: Self.arn(ofSchedule: name, group: properties["GroupName"]?.text ?? "default"))
    }

    private func scheduledRule(
        _ name: String, _ properties: JSONTree, arn: String
    ) throws(LocalError) -> TemplateSchedule {
        let targets = properties["Targets"]?.elements ?? []
        guard targets.count == 1, let first = targets.first else {
            throw LocalError(
                .configuration, "The rule \(name) has a schedule and not one target, which invoke-local does not know.")
        }
        let target = try target(first, usedBy: name)
        guard target.queue == nil else {
            throw LocalError(
                .configuration, "The rule \(name) has a schedule and targets a queue, which invoke-local does not know."
            )
        }
        return TemplateSchedule(
            name: name, timing: try timing(properties, name, zone: nil), isEnabled: Self.isEnabled(properties),
            target: target, source: "aws.events", arn: arn)
    }

    private func timing(
        _ properties: JSONTree, _ name: String, zone: String?
    ) throws(LocalError) -> ScheduleExpression {
        let expression = try text("ScheduleExpression", of: properties, name)
        do throws(ScheduleExpression.Refusal) {
            return try ScheduleExpression(expression, zone: zone)
        } catch {
            throw LocalError(.configuration, "The schedule \(name), \(expression), is refused: \(error.reason).")
        }
    }

    private func date(_ member: String, of properties: JSONTree, _ name: String) throws(LocalError) -> Timestamp? {
        guard let text = properties[member]?.text else { return nil }
        guard let time = RFC3339.parse(text.utf8) else {
            throw LocalError(
                .configuration, "\(member) of the schedule \(name) is no time such as 2026-11-21T02:00:00Z.")
        }
        return time
    }

    private func target(_ target: JSONTree, usedBy name: String) throws(LocalError) -> TemplateTarget {
        let arn = try text("Arn", of: target, name)
        let input = try TargetInput(target, of: name)
        if let (queue, function) = try queue(arn, usedBy: name) {
            return TemplateTarget(function: function, input: input, queue: queue)
        }
        return TemplateTarget(function: try functionName(arn, usedBy: name), input: input, queue: nil)
    }

    /// Functions and queues take events here; a target of another service is named and left out.
    private static func isReceiver(_ arn: String) -> Bool {
        let service = arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first
        return !arn.hasPrefix("arn:") || service == "lambda" || service == "sqs" || service == "local"
    }

    private static func isEnabled(_ properties: JSONTree) -> Bool {
        properties["State"]?.text != "DISABLED"
    }

    private static func arn(ofSchedule name: String, group: String) -> String {
        let account = TemplateValues.pseudoParameters
        let owner = "\(account["AWS::Region"] ?? ""):\(account["AWS::AccountId"] ?? "")"
        return "arn:aws:scheduler:\(owner):schedule/\(group)/\(name)"
    }

    /// The default bus does not stand in the ARN of its rules.
    private static func arn(ofRule name: String, bus: String) -> String {
        let account = TemplateValues.pseudoParameters
        let path = bus == EventBusName.default ? name : "\(bus)/\(name)"
        return "arn:aws:events:\(account["AWS::Region"] ?? ""):\(account["AWS::AccountId"] ?? ""):rule/\(path)"
    }
}
