import Foundation
import LocalRuntimeAPI
import Testing

@testable import LambdaRuntime

/// What is posted when a handler fails: the cases 16, 17 and 18.
///
/// Foundation's reader judges the JSON.
@Suite struct ErrorReportTests {
    private func object(_ report: ErrorReport?) throws -> [String: Any] {
        let body = try #require(report?.body)
        return try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }

    @Test(
        "16: a client context or Cognito identity that is no JSON fails only that invocation",
        arguments: ["Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"])
    func badContext(header: String) throws {
        let probe = try Probe()
        for text in ["{", "nope", #"{"a":1,}"#, "[1"] {
            let outcome = try probe.invoke("echo") { $0.setHeader(header, text) }
            #expect(outcome.report?.type == "Runtime.LambdaContextUnmarshalError")
        }
        let good = #"{"custom":{"count":3},"client":{}}"#
        #expect(try probe.invoke("echo") { $0.setHeader(header, good) } == .text("echo"))
        try probe.expectAlive()
    }

    /// Texts that break naive writers.
    static let texts: [String] = [
        "two\nlines", "quote \" backslash \\ tab \t", "NUL \u{0} bell \u{7} DEL \u{7F}", "Ünïcödé 🦑 \u{2028}",
        String(decoding: (0...255).map { UInt8($0) }, as: UTF8.self),
        String(decoding: [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xF4, 0x90, 0x80, 0x80], as: UTF8.self),
    ]

    @Test("17: any text makes a valid report, a valid field and one valid log line", arguments: texts)
    func anyText(text: String) throws {
        let probe = try Probe()
        let report = try probe.invoke("fail " + text).report
        let json = try object(report)
        #expect(json["errorMessage"] as? String == "fail " + text)
        #expect(json["errorType"] as? String == "Function.Refused")
        #expect(json["stackTrace"] as? [String] == [])
        #expect(report?.type == "Function.Refused")
        #expect(report?.body.allSatisfy { $0 >= 0x20 && $0 != 0x7F } == true)
        for line in probe.process.log.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["level"] as? String == "ERROR")
        }
        try probe.expectAlive()
    }

    @Test("17: an error text of 1 MB is cut, and stays valid")
    func longText() throws {
        let probe = try Probe()
        let report = try probe.invoke("fail " + String(repeating: "ä\u{1}", count: 350_000)).report
        let message = try #require(try object(report)["errorMessage"] as? String)
        #expect(message.hasPrefix("fail ä\u{1}ä") && message.hasSuffix("…"))
        #expect(message.utf8.count <= 128 << 10 + 8)
        try probe.expectAlive()
    }

    @Test("18: the cause for X-Ray stays below 64 KiB")
    func cause() throws {
        let probe = try Probe()
        let report = try probe.invoke("fail " + String(repeating: "\u{1}", count: 200_000)).report
        #expect(report?.contentType == "application/vnd.aws.lambda.error.cause+json")
        let cause = try #require(try object(report)["errorCause"] as? [String: Any])
        let exceptions = try #require(cause["exceptions"] as? [[String: Any]])
        #expect(exceptions.count == 1)
        #expect(exceptions.first?["type"] as? String == "Function.Refused")
        #expect(cause["paths"] as? [String] == [])
        // As it came, with its escapes, not as Foundation would write it.
        let body = String(decoding: try #require(report).body, as: UTF8.self)
        let start = try #require(body.range(of: #""errorCause":"#)).upperBound
        #expect(body[start...].utf8.count < 64 << 10)
        #expect(body[start...].utf8.count > 40_000, "the escapes are counted")
    }

    @Test("An error that is not ours shows its type, never what it says")
    func foreignError() throws {
        let probe = try Probe()
        let report = try probe.invoke("secret").report
        #expect(report?.type == "Function.HandlerError")
        let message = try #require(try object(report)["errorMessage"] as? String)
        #expect(message.contains("SecretError"))
        #expect(!message.contains("hunter2") && !probe.process.log.contains("hunter2"))
    }

    @Test("A type that Lambda would not accept is replaced")
    func invalidType() throws {
        #expect(try Probe().invoke("badtype").report?.type == "Function.HandlerError")
    }

    /// Judged by the expression that Lambda uses.
    @Test(
        "Types of errors",
        arguments: [
            "Function.X", "Function.Xy", "Runtime.UnmarshalError", "function.Error", "Function.error", "Function.Err0r",
            "Function.Error ", "Function.Error\n", "Unhandled", "Runtime.", "Function.ÄError", "XFunction.Error", "",
        ])
    func types(type: String) throws {
        let expression = try NSRegularExpression(pattern: #"\A(Runtime|Function)\.[A-Z][a-zA-Z]+\z"#)
        let whole = NSRange(type.startIndex..., in: type)
        #expect(ErrorType.isValid(type) == (expression.firstMatch(in: type, range: whole) != nil))
    }
}
