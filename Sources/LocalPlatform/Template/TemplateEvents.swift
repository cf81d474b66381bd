package import Codecs

/// A rule of an event bus.
package struct TemplateRule: Sendable {
    package let name: String
    /// Name of the bus that it listens to.
    package let bus: String
    package let pattern: EventPattern
    package let targets: [TemplateTarget]
    /// Names of the topics of Amazon SNS that it tells; who is subscribed to them is not told here.
    package let topics: [String]
    /// ARNs of other targets: nothing is sent to them here.
    package let otherTargets: [String]
    /// Whether its `State` lets it match.
    package let isEnabled: Bool
    let arn: String

    var identity: RuleIdentity { RuleIdentity(name: name, arn: arn) }
}

/// A function that a rule or a schedule invokes.
package struct TemplateTarget: Sendable {
    /// Name of the function.
    package let function: String
    let input: TargetInput
    /// The queue that the events go through; nil where each invokes the function by itself.
    package let queue: TemplateQueue?

    /// The constant JSON text that it gets instead of the event.
    package var constant: String? {
        if case .constant(let text) = input { text } else { nil }
    }
}

/// A standard queue of Amazon SQS whose messages an event source mapping hands to a function.
package struct TemplateQueue: Sendable {
    package let name: String
    package let arn: String
    /// Most messages of one invocation.
    package let batchSize: Int
    /// How long the mapping waits for a batch to fill (`MaximumBatchingWindowInSeconds`).
    package let batchingSeconds: Int
    /// How long a message that failed stays hidden (`VisibilityTimeout`).
    package let visibilitySeconds: Int
    /// How often a message is delivered before it is given up.
    package let maximumReceives: Int
    /// Whether the function's answer names the messages that failed (`ReportBatchItemFailures`).
    package let reportsFailures: Bool
    /// Most invocations for it at a time (`ScalingConfig`); nil where the function's own limit is the only one.
    package let maximumConcurrency: Int?
}

/// A schedule of EventBridge Scheduler, or a rule with a schedule instead of a pattern.
package struct TemplateSchedule: Sendable {
    package let name: String
    /// `cron(0 2 * * ? *)`, `rate(1 minute)`, `at(2026-11-21T02:00:00)`.
    package let expression: String
    let timing: ScheduleExpression
    /// `StartDate` and `EndDate`: it does not run before the one nor after the other.
    package let start: Timestamp?
    package let end: Timestamp?
    /// Minutes in which AWS may choose the moment of each run; 0 without such a window.
    ///
    /// Here it is always the first moment.
    package let windowMinutes: Int
    package let isEnabled: Bool
    package let target: TemplateTarget
    /// Who says that it sends the event where the target has no input of its own.
    private let source: String
    private let arn: String

    init(
        name: String, timing: ScheduleExpression, start: Timestamp? = nil, end: Timestamp? = nil,
        windowMinutes: Int = 0, isEnabled: Bool, target: TemplateTarget, source: String, arn: String
    ) {
        self.name = name
        expression = timing.text
        self.timing = timing
        self.start = start
        self.end = end
        self.windowMinutes = windowMinutes
        self.isEnabled = isEnabled
        self.target = target
        self.source = source
        self.arn = arn
    }

    /// The zone that the expression is read in, as it was written.
    package var zone: String { timing.zone }

    /// The first run after a moment; nil where there is none any more, or it is disabled.
    ///
    /// - Parameter clockStart: where the runs of `rate` are counted from when there is no `StartDate`.
    package func next(after moment: Timestamp, clockStart: Timestamp) -> Timestamp? {
        guard isEnabled else { return nil }
        // A run at the very start counts.
        let earliest = start.map { max(moment, $0.advanced(byMilliseconds: -1)) } ?? moment
        let next = timing.next(after: earliest, countedFrom: start ?? clockStart, runsAtStart: start != nil)
        guard let next else { return nil }
        return end.map { next <= $0 } ?? true ? next : nil
    }

    /// What the function gets for a run.
    ///
    /// - Parameter execution: what the run is known by.
    package func payload(at time: Timestamp, execution: String) -> [UInt8] {
        if let constant = target.constant {
            return Array(ScheduleInput.fill(constant, arn: arn, at: time, execution: execution).utf8)
        }
        // Scheduler's own event has its detail as a text, that of a rule as an object.
        let event = BusEvent(
            bus: EventBusName.default, id: execution, source: source, detailType: "Scheduled Event", time: time,
            resources: [arn], detail: source == "aws.scheduler" ? .string("{}") : .object([]))
        return target.input.payload(of: event, rule: RuleIdentity(name: name, arn: arn))
    }
}

extension Template {
    /// Targets of rules that nothing is sent to here.
    var unplayedTargets: [UnsupportedResource] {
        rules.flatMap { rule in
            rule.otherTargets.map {
                UnsupportedResource(
                    name: rule.name, type: "AWS::Events::Rule", reason: "nothing plays its target \($0)")
            }
        }
    }
}
