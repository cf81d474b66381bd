import Codecs
import Foundation
import Logging
import Testing

@testable import LambdaRuntime

/// Log lines and metrics, judged by Foundation's JSON reader: case 27 and the forms.
@Suite struct LogTests {
    private func line(_ message: String, _ fields: Logger.Metadata = [:]) -> LogLine {
        LogLine(
            time: Timestamp(millisecondsSince1970: 1_794_880_395_042), level: .warning, message: message,
            requestID: "request-1", tenantID: "tenant-1", function: "loyalty", fields: fields)
    }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        #expect(bytes.last == 0x0A)
        #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 })
        return try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("27: lines of eight writers never mix")
    func atomicity() throws {
        let probe = try Probe()
        #expect(try probe.invoke("logs 8 100") == .text("logs 8 100"))
        let lines = probe.process.log.split(separator: "\n")
        #expect(lines.count == 800)
        var seen: Set<String> = []
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect((object?["message"] as? String)?.utf8.count == 9_000)
            seen.insert("\(object?["writer"] ?? "-") \(object?["line"] ?? "-")")
        }
        #expect(seen.count == 800)
    }

    @Test("A line has Lambda's members, and fields keep their kinds")
    func members() throws {
        let fields: Logger.Metadata = [
            "count": .stringConvertible(3), "ok": .stringConvertible(true), "ratio": .stringConvertible(0.5),
            "infinite": .stringConvertible(Double.infinity), "list": ["a", "b", ["c": "d"]],
            "nested": ["x": ["y": "z"], "e": [:], "f": []], "level": "shadow",
        ]
        let object = try object(line("text \u{0}\n\"\\", fields).json())
        #expect(object["timestamp"] as? String == "2026-11-17T01:53:15.042Z")
        #expect(object["level"] as? String == "WARN")
        #expect(object["message"] as? String == "text \u{0}\n\"\\")
        #expect(object["requestId"] as? String == "request-1")
        #expect(object["tenantId"] as? String == "tenant-1")
        #expect(object["function"] as? String == "loyalty")
        #expect(object["count"] as? Int == 3)
        #expect(object["ok"] as? Bool == true)
        #expect(object["ratio"] as? Double == 0.5)
        #expect(object["infinite"] as? String == "inf")
        #expect((object["list"] as? [Any])?.count == 3)
        #expect(((object["nested"] as? [String: Any])?["x"] as? [String: String]) == ["y": "z"])
        #expect(object["field.level"] as? String == "shadow")
    }

    @Test("A line never exceeds what CloudWatch takes, and stays valid when cut")
    func limits() throws {
        let long = String(repeating: "\u{1}ä", count: 200_000)
        let many = Dictionary(uniqueKeysWithValues: (0..<100).map { ("key\($0)", Logger.MetadataValue.string(long)) })
        for fields in [[:], ["one": .string(long)], many] {
            let bytes = line(long, fields).json()
            #expect(bytes.count <= 256 << 10)
            _ = try object(bytes)
        }
        #expect(try object(line(long, many).json())["truncated"] as? Bool == true)
        #expect(line(long, many).text().count <= 256 << 10)
    }

    @Test("The text form is one line with tabs")
    func text() {
        let text = String(decoding: line("two\nlines", ["b": "2", "a": "1"]).text(), as: UTF8.self)
        #expect(text == "2026-11-17T01:53:15.042Z\trequest-1\tWARN\ttwo\rlines\ta=1\tb=2\n")
    }

    @Test("Level and format follow Lambda's variables")
    func settings() {
        let table: [(String?, String?, Logger.Level, LogSettings.Format)] = [
            (nil, nil, .info, .json), ("DEBUG", "JSON", .debug, .json), ("warn", "Text", .warning, .text),
            ("FATAL", "text", .critical, .text), ("TRACE", "", .trace, .json), ("LOUD", "XML", .info, .json),
            ("ERROR", nil, .error, .json),
        ]
        for (level, format, expectedLevel, expectedFormat) in table {
            let variables = ["AWS_LAMBDA_LOG_LEVEL": level, "AWS_LAMBDA_LOG_FORMAT": format]
            let settings = LogSettings { variables[$0] ?? nil }
            #expect(settings.level == expectedLevel)
            #expect(settings.format == expectedFormat)
        }
    }

    @Test("Metrics take the form that CloudWatch reads")
    func metrics() throws {
        var metrics = EmbeddedMetrics(namespace: "Nerdwork")
        try metrics.dimension("Function", "a\"b")
        try metrics.metric("Findings", 0)
        try metrics.metric("Duration", 12.5, unit: .milliseconds)
        let object = try object(metrics.line(at: Timestamp(millisecondsSince1970: 1_000)))
        let header = try #require(object["_aws"] as? [String: Any])
        #expect(header["Timestamp"] as? Int == 1_000)
        let directive = try #require((header["CloudWatchMetrics"] as? [[String: Any]])?.first)
        #expect(directive["Namespace"] as? String == "Nerdwork")
        #expect(directive["Dimensions"] as? [[String]] == [["Function"]])
        let definitions = try #require(directive["Metrics"] as? [[String: String]])
        #expect(definitions.map { $0["Name"] } == ["Findings", "Duration"])
        #expect(definitions.map { $0["Unit"] } == ["Count", "Milliseconds"])
        #expect(object["Function"] as? String == "a\"b")
        #expect(object["Findings"] as? Double == 0)
        #expect(object["Duration"] as? Double == 12.5)
    }

    @Test("Metrics refuse what CloudWatch would drop")
    func metricLimits() throws {
        var metrics = EmbeddedMetrics(namespace: "Nerdwork")
        for number in 0..<30 { try metrics.dimension("d\(number)", "x") }
        #expect(throws: EmbeddedMetrics.Refusal.tooManyDimensions) { try metrics.dimension("d30", "x") }
        for number in 0..<100 { try metrics.metric("m\(number)", 1) }
        #expect(throws: EmbeddedMetrics.Refusal.tooManyMetrics) { try metrics.metric("m100", 1) }
        var others = EmbeddedMetrics(namespace: "Nerdwork")
        #expect(throws: EmbeddedMetrics.Refusal.value("x")) { try others.metric("x", .nan) }
        try others.metric("twice", 1)
        #expect(throws: EmbeddedMetrics.Refusal.name("twice")) { try others.dimension("twice", "x") }
        #expect(throws: EmbeddedMetrics.Refusal.name("_aws")) { try others.dimension("_aws", "x") }
    }
}
