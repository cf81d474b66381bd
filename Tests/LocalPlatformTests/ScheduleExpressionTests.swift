internal import Codecs
import Testing

@testable internal import LocalPlatform

@Suite("When schedules run")
struct ScheduleExpressionTests {
    private static func time(_ text: String) throws -> Timestamp {
        try #require(RFC3339.parse("\(text)\(text.utf8.count == 16 ? ":00" : "")Z".utf8), "\(text)")
    }

    private static func runs(
        _ expression: String, after moment: String, count: Int, zone: String? = nil, start: String? = nil
    ) throws -> [String] {
        let schedule = try ScheduleExpression(expression, zone: zone)
        let begin = try time(start ?? moment)
        var runs: [Timestamp] = []
        while runs.count < count, let next = schedule.next(after: try runs.last ?? time(moment), countedFrom: begin) {
            runs.append(next)
        }
        return runs.map { String(RFC3339.format($0).prefix(16)) }
    }

    @Test("Cron expressions run when other programs say so", arguments: [CronVectors.pyawscron, CronVectors.croniter])
    func vectors(text: String) throws {
        let lines = text.split(separator: "\n")
        #expect(lines.count >= 8)
        for line in lines {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimming(" ") }
            try #require(parts.count == 3, "\(line)")
            let expected = parts[2].split(separator: " ").map(String.init)
            let found = try Self.runs("cron(\(parts[0]))", after: String(parts[1]), count: max(4, expected.count))
            #expect(found == expected, "\(line)")
        }
    }

    /// EventBridge user guide, "Setting a schedule pattern": the table of examples, with what it says of each.
    @Test(
        "The user guide's examples run when it says",
        arguments: [
            ("cron(0 10 * * ? *)", "2026-11-21T10:00"), ("cron(15 12 * * ? *)", "2026-11-21T12:15"),
            // Saturday: every Monday through Friday at 18:00.
            ("cron(0 18 ? * MON-FRI *)", "2026-11-23T18:00"), ("cron(0 8 1 * ? *)", "2026-12-01T08:00"),
            ("cron(0/15 * * * ? *)", "2026-11-21T06:15"), ("cron(0/10 * ? * MON-FRI *)", "2026-11-23T00:00"),
            ("cron(0/5 8-17 ? * MON-FRI *)", "2026-11-23T08:00"),
            // Every 30 minutes on Mondays to Fridays from 20:00 to 2:00 of the next morning.
            ("cron(0/30 20-2 ? * MON-FRI *)", "2026-11-23T00:00"),
            ("cron(5,35 14 * * ? *)", "2026-11-21T14:05"),
        ])
    func examples(expression: String, expected: String) throws {
        #expect(try Self.runs(expression, after: "2026-11-21T06:14", count: 1) == [expected])
    }

    @Test("A run at the moment itself is over, and one a second later is not")
    func strictlyAfter() throws {
        #expect(try Self.runs("cron(0 2 * * ? *)", after: "2026-11-21T02:00", count: 1) == ["2026-11-22T02:00"])
        #expect(try Self.runs("cron(0 2 * * ? *)", after: "2026-11-21T01:59:59", count: 1) == ["2026-11-21T02:00"])
        #expect(try Self.runs("at(2026-11-21T02:00:00)", after: "2026-11-21T02:00", count: 1) == [])
        #expect(
            try Self.runs("at(2026-11-21T02:00:00)", after: "2026-11-21T01:59:59", count: 9) == ["2026-11-21T02:00"])
    }

    /// EventBridge Scheduler user guide, "Rate-based schedules".
    @Test(
        "Rates count from their start",
        arguments: [
            ("rate(5 minutes)", ["2026-11-21T02:05", "2026-11-21T02:10"]),
            ("rate(1 minute)", ["2026-11-21T02:04", "2026-11-21T02:05"]),
            ("rate(2 hours)", ["2026-11-21T04:00", "2026-11-21T06:00"]),
            ("rate(1 day)", ["2026-11-22T02:00", "2026-11-23T02:00"]),
        ])
    func rates(expression: String, expected: [String]) throws {
        let runs = try Self.runs(expression, after: "2026-11-21T02:03:10", count: 2, start: "2026-11-21T02:00")
        #expect(runs == expected)
    }

    @Test("Expressions are read in their zone")
    func zones() throws {
        let cron = "cron(0 2 * * ? *)"
        #expect(try Self.runs(cron, after: "2026-11-21T00:00", count: 1, zone: "UTC") == ["2026-11-21T02:00"])
        // POSIX signs: Etc/GMT-2 is two hours before UTC's clock, Etc/GMT+5 five behind it (IANA, file `etcetera`).
        #expect(try Self.runs(cron, after: "2026-11-21T00:00", count: 1, zone: "Etc/GMT-2") == ["2026-11-22T00:00"])
        #expect(try Self.runs(cron, after: "2026-11-21T00:00", count: 1, zone: "Etc/GMT+5") == ["2026-11-21T07:00"])
        let at = "at(2026-11-21T02:00:00)"
        #expect(try Self.runs(at, after: "2026-11-20T00:00", count: 1, zone: "Etc/GMT-2") == ["2026-11-21T00:00"])
    }

    /// EventBridge Scheduler user guide, "Daylight savings time".
    @Test("A time that the clocks leap over has no run, and one that they show twice has one")
    func daylightSaving() throws {
        func runs(_ expression: String, _ zone: String, after moment: String, _ count: Int = 3) throws -> [String] {
            try Self.runs(expression, after: moment, count: count, zone: zone)
        }
        #expect(
            try runs("cron(30 2 * * ? *)", "Europe/Berlin", after: "2026-03-27T12:00")
                == ["2026-03-28T01:30", "2026-03-30T00:30", "2026-03-31T00:30"])
        #expect(
            try runs("cron(30 2 * * ? *)", "Europe/Berlin", after: "2026-10-24T12:00")
                == ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"])
        // The clocks show 2:30 again at 1:30 UTC.
        #expect(
            try runs("cron(0/30 * * * ? *)", "Europe/Berlin", after: "2026-10-25T00:10")
                == ["2026-10-25T00:30", "2026-10-25T02:00", "2026-10-25T02:30"])
        #expect(
            try runs("cron(30 2 * * ? *)", "Europe/Berlin", after: "2026-10-25T01:10", 1) == ["2026-10-26T01:30"])
        #expect(
            try runs("cron(0 9 ? * MON *)", "America/New_York", after: "2026-10-31T00:00", 2)
                == ["2026-11-02T14:00", "2026-11-09T14:00"])
        #expect(try runs("at(2026-03-29T02:30:00)", "Europe/Berlin", after: "2026-01-01T00:00") == [])
        #expect(
            try runs("at(2026-07-01T12:00:00)", "Asia/Kolkata", after: "2026-01-01T00:00") == ["2026-07-01T06:30"])
        #expect(
            try runs("rate(1 day)", "Europe/Berlin", after: "2026-03-28T12:00", 2)
                == ["2026-03-29T12:00", "2026-03-30T12:00"])
    }

    @Test(
        "What Scheduler does not take, and zones that this machine does not have, are refused with the reason",
        arguments: [
            ("cron(0 2 * * ?)", nil, "six fields and has 5"), ("cron(0 2 * * * *)", nil, "exactly one"),
            ("cron(0 2 ? * ? *)", nil, "exactly one"), ("cron(0 2 1 * MON *)", nil, "exactly one"),
            ("cron(60 2 * * ? *)", nil, "minutes"), ("cron(0 24 * * ? *)", nil, "hours"),
            ("cron(0 2 0 * ? *)", nil, "day of month"), ("cron(0 2 32 * ? *)", nil, "day of month"),
            ("cron(0 2 * 13 ? *)", nil, "month"), ("cron(0 2 ? * 0 *)", nil, "day of week"),
            ("cron(0 2 ? * 8 *)", nil, "day of week"), ("cron(0 2 ? * 3#6 *)", nil, "day of week"),
            ("cron(0 2 ? * 3#1,6#3 *)", nil, "day of week"), ("cron(0 2 * * ? 1969)", nil, "year"),
            ("cron(0 2 * * ? 2200)", nil, "year"), ("cron(0 2 * * ? 2030-2026)", nil, "year"),
            ("cron(0 2 LW * ? *)", nil, "day of month"), ("cron(0 2 1W,15W * ? *)", nil, "day of month"),
            ("cron(0 2 L-3 * ? *)", nil, "day of month"), ("cron(+1 2 * * ? *)", nil, "minutes"),
            ("cron(0/0 2 * * ? *)", nil, "minutes"), ("cron(0,,1 2 * * ? *)", nil, "minutes"),
            ("cron(FOO 2 * * ? *)", nil, "minutes"), ("rate(0 minutes)", nil, "rate"),
            ("rate(-1 minutes)", nil, "rate"),
            ("rate(5 weeks)", nil, "rate"), ("rate(5)", nil, "rate"), ("at(2026-11-21)", nil, "at wants"),
            ("at(2026-02-30T02:00:00)", nil, "at wants"), ("at(2026-11-21T02:00:00Z)", nil, "at wants"),
            ("every day", nil, "none of"), ("cron(0 2 * * ? *)", "Europe/Atlantis", "Europe/Atlantis"),
            ("cron(0 2 * * ? *)", "Etc/GMT+13", "Etc/GMT+13"), ("cron(0 2 * * ? *)", "", "no time zone"),
            ("cron(0 2 * * ? *)", "../../../etc/passwd", "etc/passwd"),
            ("cron(0 2 * * ? *)", "Europe/../UTC", "Europe/../UTC"), ("cron(0 2 * * ? *)", "/Europe/Berlin", "Berlin"),
            ("cron(0 2 * * ? *)", "Europe", "\"Europe\""), ("cron(0 2 * * ? *)", "Europe/Berlin/", "Berlin/"),
            ("rate(1 day)", "tzdata.zi", "tzdata.zi"),
        ] as [(String, String?, String)])
    func refused(expression: String, zone: String?, mentions: String) {
        let error = #expect(throws: ScheduleExpression.Refusal.self) { try ScheduleExpression(expression, zone: zone) }
        #expect(error?.reason.contains(mentions) == true, "\(error?.reason ?? "")")
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = self
        while text.first == character { text.removeFirst() }
        while text.last == character { text.removeLast() }
        return text
    }
}
