import Codecs
import LocalPlatform
import LocalServe
import Platform
import Testing

@Suite("The clock of schedules")
struct ScheduleClockTests {
    private static func time(_ text: String) throws -> Timestamp { try #require(RFC3339.parse(text.utf8)) }

    @Test("Begins at another moment, runs what comes due, and tells what comes next")
    func runs() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { _, _ in .response("{}") }
        let workers = stage.workers(invoker)
        try workers.start()
        defer { stage.end(workers) }
        // Two tenths of a second before the nightly run.
        let begin = try Self.time("2026-11-21T01:59:59.800Z")
        let clock = ScheduleClock(stage.template.schedules, startingAt: begin, journal: stage.journal) {
            workers.enqueue($0, at: $1)
        }
        let upcoming = clock.upcoming(count: 2)
        #expect(upcoming.map(\.name) == ["Nightly", "Minutely", "Never"])
        #expect(upcoming[0].times == [try Self.time("2026-11-21T02:00:00Z"), try Self.time("2026-11-22T02:00:00Z")])
        #expect(upcoming[1].times.first == begin.advanced(byMilliseconds: 60_000))
        #expect(upcoming[2].times.isEmpty && !upcoming[2].isEnabled)
        try clock.start()
        #expect(invoker.waitForCalls(1))
        clock.stop()
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let call = try #require(invoker.calls.first)
        #expect(call.function == "two" && call.cause == .schedule("Nightly"))
        #expect(call.payload == .object([.init(name: "night", value: .string("2026-11-21T02:00:00Z"))]))
        #expect(stage.outcomes == ["Nightly two delivered 1"])
    }

    @Test("Lets a schedule run by hand at any moment")
    func byHand() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { _, number in number == 1 ? .failure("Function.Broken") : .response("{}") }
        let workers = stage.workers(invoker)
        try workers.start()
        defer { stage.end(workers) }
        let clock = ScheduleClock(stage.template.schedules, journal: stage.journal) { workers.enqueue($0, at: $1) }
        try clock.run("Minutely", at: try Self.time("2026-02-28T23:59:30Z"))
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let payload = #"{"at":"2026-02-28T23:59:30Z","n":"1"}"#
        #expect(invoker.calls.map(\.payload.compactText) == [payload, payload])
        let error = #expect(throws: LocalError.self) { try clock.run("Hourly") }
        #expect(error?.description.contains("Minutely, Never, Nightly") == true)
    }

    @Test(
        "Begin and end where their dates say",
        arguments: [
            (#""StartDate":"2026-11-21T10:00:00Z""#, "2026-11-21T10:00:00Z"),
            (#""EndDate":"2026-11-21T06:00:59Z""#, nil), (#""EndDate":"2026-11-21T06:01:00Z""#, "2026-11-21T06:01:00Z"),
            (#""State":"DISABLED""#, nil), (#""ScheduleExpressionTimezone":"Etc/UTC""#, "2026-11-21T06:01:00Z"),
            (
                #""FlexibleTimeWindow":{"Mode":"FLEXIBLE","MaximumWindowInMinutes":15}"#, "2026-11-21T06:01:00Z"
            ),
        ] as [(String, String?)])
    func dates(property: String, expected: String?) throws {
        let text = EventStage.text().replacing(
            #""Properties":{"ScheduleExpression":"rate(1 minute)","#,
            with: #""Properties":{\#(property),"ScheduleExpression":"rate(1 minute)","#, maxReplacements: 1)
        let template = try Template(parsing: Array(text.utf8))
        let schedule = try ScheduleClock.schedule(named: "Minutely", among: template.schedules)
        let moment = try Self.time("2026-11-21T06:00:00Z")
        let next = schedule.next(after: moment, clockStart: moment)
        #expect(next == (try expected.map(Self.time)))
    }

    @Test(
        "What is not known is refused when the template is read",
        arguments: [
            (#""ScheduleExpressionTimezone":"Europe/Atlantis""#, "Europe/Atlantis"),
            (#""StartDate":"tomorrow""#, "StartDate"),
        ])
    func refused(property: String, mentions: String) throws {
        let text = EventStage.text().replacing(
            #""Properties":{"ScheduleExpression":"rate(1 minute)","#,
            with: #""Properties":{\#(property),"ScheduleExpression":"rate(1 minute)","#, maxReplacements: 1)
        let error = #expect(throws: LocalError.self) { try Template(parsing: Array(text.utf8)) }
        #expect(error?.status == .configuration)
        #expect(error?.description.contains(mentions) == true && error?.description.contains("Minutely") == true)
    }

    /// EventBridge user guide, "Scheduled events": what a rule with a schedule sends.
    @Test("A rule with a schedule sends the event of a rule")
    func scheduledRule() throws {
        let text = EventStage.text().replacing(
            #""OnA":{"#,
            with: #"""
                "Check":{"Type":"AWS::Events::Rule","Properties":{"ScheduleExpression":"rate(5 minutes)",
                "Targets":[{"Id":"1","Arn":{"Fn::GetAtt":["One","Arn"]}}]}},"OnA":{
                """#)
        let template = try Template(parsing: Array(text.utf8))
        let schedule = try ScheduleClock.schedule(named: "Check", among: template.schedules)
        let event = try JSONTree(parsing: schedule.payload(at: try Self.time("2026-11-21T06:05:00Z"), execution: "e"))
        #expect(event["source"]?.text == "aws.events" && event["detail-type"]?.text == "Scheduled Event")
        #expect(event["time"]?.text == "2026-11-21T06:05:00Z")
        #expect(event["resources"]?.elements.first?.text == "arn:aws:events:us-east-1:123456789012:rule/Check")
        #expect(event["detail"] == .object([]))
    }
}
