internal import Codecs
import Testing

@testable internal import LocalPlatform

/// Source of events, templates and results: EventBridge user guide, "Amazon EventBridge input transformation", and what
/// localstack/localstack (Apache-2.0) recorded of AWS in `tests/aws/services/events/test_events_inputs.snapshot.json`.
@Suite("What targets get of an event")
struct TargetInputTests {
    /// The user guide's event.
    private static let event = BusEvent(
        bus: "default", id: "7bf73129-1428-4cd3-a780-95db273d1602", source: "aws.ec2",
        detailType: "EC2 Instance State-change Notification",
        time: RFC3339.parse("2015-11-11T21:29:54Z".utf8) ?? Timestamp(millisecondsSince1970: 0),
        resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
        detail: .object([
            .init(name: "instance-id", value: .string("i-0123456789")), .init(name: "state", value: .string("RUNNING")),
        ]), ingestedAt: Timestamp(millisecondsSince1970: 1_447_277_395_000))
    private static let rule = RuleIdentity(
        name: "example", arn: "arn:aws:events:us-east-1:123456789012:rule/example")

    private static func payload(_ target: String, _ event: BusEvent = event) throws -> String {
        let input = try TargetInput(JSONTree(parsing: Array(target.utf8)), of: "Rule")
        return String(decoding: input.payload(of: event, rule: rule), as: UTF8.self)
    }

    private static func transformed(_ template: String, _ event: BusEvent = event) throws -> String {
        let paths = #"{"instance":"$.detail.instance-id","state":"$.detail.state","missing":"$.detail.nothing"}"#
        let quoted = JSONTree.string(template).compactText
        return try payload(#"{"InputTransformer":{"InputPathsMap":\#(paths),"InputTemplate":\#(quoted)}}"#, event)
    }

    @Test(
        "A template is filled as the user guide shows it",
        arguments: [
            (#""instance <instance> is in <state>""#, #""instance i-0123456789 is in RUNNING""#),
            (
                #""instance \"<instance>\" is in <state>""#, #""instance \"i-0123456789\" is in RUNNING""#
            ),
            (
                #"{"instance" : <instance>, "state": <state>}"#,
                #"{"instance" : "i-0123456789", "state": "RUNNING"}"#
            ),
            (
                #"{"instance" : <instance>, "state": "<state>", "instanceStatus": "instance \"<instance>\" is in <state>"}"#,
                #"{"instance" : "i-0123456789", "state": "RUNNING", "instanceStatus": "instance \"i-0123456789\" is in RUNNING"}"#
            ),
            (
                #"{"instance" : <instance>, "state": [ 9, <state>, true ], "Transformed" : "Yes"}"#,
                #"{"instance" : "i-0123456789", "state": [ 9, "RUNNING", true ], "Transformed" : "Yes"}"#
            ),
            (
                #"{"ruleArn" : <aws.events.rule-arn>, "ruleName" : "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>}"#,
                #"{"ruleArn" : "arn:aws:events:us-east-1:123456789012:rule/example", "ruleName" : "example", "at": "2015-11-11T21:29:55Z"}"#
            ),
            // What is not in the event is an empty text (localstack's recording "custom-variables-not-match-all").
            (#""info extracted from detail <missing>""#, #""info extracted from detail ""#),
            (#"{"info":<missing>}"#, #"{"info":""}"#),
        ])
    func template(template: String, expected: String) throws {
        #expect(try Self.transformed(template) == expected)
    }

    @Test("The whole event and the event without its detail are JSON values")
    func events() throws {
        let filled = try Self.transformed(#"{"originalEvent":<aws.events.event.json>,"rest":<aws.events.event>}"#)
        let tree = try JSONTree(parsing: Array(filled.utf8))
        #expect(tree["originalEvent"] == Self.event.envelope)
        #expect(tree["rest"]?["detail"] == nil)
        #expect(tree["rest"]?["detail-type"]?.text == Self.event.detailType)
    }

    @Test("A value cannot break out of its quotation marks")
    func quoting() throws {
        let event = BusEvent(
            bus: "default", id: "1", source: "a", detailType: "b", time: Self.event.time, resources: [],
            detail: .object([
                .init(name: "instance-id", value: .string("a\"b\\c\n")),
                .init(name: "state", value: .object([.init(name: "x", value: .array([.string("y"), .number("1")]))])),
            ]))
        let filled = try Self.transformed(#"{"i":<instance>,"s":"<instance>","o":<state>,"q":"<state>"}"#, event)
        let tree = try JSONTree(parsing: Array(filled.utf8))
        #expect(tree["i"]?.text == "a\"b\\c\n" && tree["s"]?.text == "a\"b\\c\n")
        #expect(tree["o"] == event.detail["state"])
        #expect(tree["q"]?.text == "{x:[y,1]}")
    }

    /// localstack's recordings of `$.detail`, `$.detail.payload` and `$.detail.payload.sf_id`.
    @Test(
        "InputPath takes a part of the event",
        arguments: [
            ("$.detail", #"{"command":"update-account","payload":{"acc_id":"0a787ecb-4015","sf_id":"baz"}}"#),
            ("$.detail.payload", #"{"acc_id":"0a787ecb-4015","sf_id":"baz"}"#), ("$.detail.payload.sf_id", #""baz""#),
            ("$.resources[1]", #""r/2""#), ("$.resources[*]", #"["r/1","r/2"]"#),
            ("$.detail.payload.*", #"["0a787ecb-4015","baz"]"#), ("$.resources[2]", "null"), ("$.detail.no", "null"),
        ])
    func inputPath(path: String, expected: String) throws {
        let detail = #"{"command":"update-account","payload":{"acc_id":"0a787ecb-4015","sf_id":"baz"}}"#
        let event = BusEvent(
            bus: "default", id: "1", source: "a", detailType: "b", time: Self.event.time, resources: ["r/1", "r/2"],
            detail: try JSONTree(parsing: Array(detail.utf8)))
        #expect(try Self.payload(#"{"InputPath":"\#(path)"}"#, event) == expected)
    }

    @Test("Without an input it is the event, and with Input the constant")
    func others() throws {
        #expect(try Self.payload("{}") == Self.event.envelope.compactText)
        #expect(try Self.payload(#"{"InputPath":"$"}"#) == Self.event.envelope.compactText)
        #expect(try Self.payload(#"{"Input":"{\"a\": 1}"}"#) == #"{"a": 1}"#)
    }

    @Test(
        "What EventBridge refuses is refused when it is loaded",
        arguments: [
            (#"{"Input":"{}","InputPath":"$.a"}"#, "Input and InputPath"), (#"{"Input":"no JSON"}"#, "no JSON text"),
            (#"{"InputPath":"detail"}"#, "no path"), (#"{"InputPath":"$..a"}"#, "no path"),
            (#"{"InputPath":"$.a[?(@.b)]"}"#, "no path"), (#"{"InputPath":"$.a[-1]"}"#, "no path"),
            (#"{"InputTransformer":{"InputTemplate":"\"<x>\""}}"#, "<x>"),
            (#"{"InputTransformer":{"InputPathsMap":{"aws.x":"$.a"},"InputTemplate":"1"}}"#, "reserved"),
            (#"{"InputTransformer":{"InputPathsMap":{"x":"a"},"InputTemplate":"1"}}"#, "path of \"x\""),
            (#"{"InputTransformer":{"InputPathsMap":{"x":"$.a"}}}"#, "InputTemplate is missing"),
            (#"{"InputTransformer":{"InputPathsMap":{"x":"$.a"},"InputTemplate":"it is <x>"}}"#, "makes no JSON"),
            (#"{"InputTransformer":{"InputPathsMap":{"x":"$.a"},"InputTemplate":"{<x>:1}x"}}"#, "makes no JSON"),
        ])
    func refused(target: String, mentions: String) throws {
        let tree = try JSONTree(parsing: Array(target.utf8))
        let error = #expect(throws: LocalError.self) { try TargetInput(tree, of: "MyRule") }
        #expect(error?.status == .configuration)
        #expect(error?.description.contains(mentions) == true, "\(error?.description ?? "")")
    }
}
