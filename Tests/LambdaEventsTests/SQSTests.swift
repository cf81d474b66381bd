import Codecs
import LambdaEvents
import StrictJSON
import Testing

@Suite("Messages of a queue")
struct SQSTests {
    /// The example of the Lambda developer guide, "Using Lambda with Amazon SQS", with an event of EventBridge as the
    /// second body.
    private static let recorded = #"""
        {
            "Records": [
                {
                    "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
                    "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
                    "body": "Test message.",
                    "attributes": {
                        "ApproximateReceiveCount": "1",
                        "SentTimestamp": "1545082649183",
                        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                        "ApproximateFirstReceiveTimestamp": "1545082649185"
                    },
                    "messageAttributes": {},
                    "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                    "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue",
                    "awsRegion": "us-east-2"
                },
                {
                    "messageId": "2e1424d4-f796-459a-8184-9c92662be6da",
                    "receiptHandle": "AQEBzWwaftRI0KuVm4tP+/7q1rGgNqicHq...",
                    "body": "{\"version\":\"0\",\"id\":\"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa\",\"detail-type\":\"Scheduled Event\",\"source\":\"aws.events\",\"account\":\"123456789012\",\"time\":\"2015-10-08T16:53:06Z\",\"region\":\"us-east-1\",\"resources\":[],\"detail\":{}}",
                    "attributes": {
                        "ApproximateReceiveCount": "1",
                        "SentTimestamp": "1545082650636",
                        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                        "ApproximateFirstReceiveTimestamp": "1545082650649"
                    },
                    "messageAttributes": {},
                    "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                    "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue",
                    "awsRegion": "us-east-2"
                }
            ]
        }
        """#

    private func value(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root }

    private func record(
        id: String = #""1""#, body: String = #""{}""#, source: String = #""aws:sqs""#, queue: String = #""arn:q""#
    ) -> String {
        #"{"messageId":\#(id),"body":\#(body),"eventSource":\#(source),"eventSourceARN":\#(queue)}"#
    }

    @Test("are read from AWS's own example")
    func example() throws {
        let json = try value(Self.recorded)
        #expect(SQSEvent.matches(json))
        let event = try SQSEvent(json: json)
        #expect(!event.isFIFO)
        #expect(
            event.messages.map(\.id) == [
                "059f36b4-87a3-44ab-83d2-661975830a7d", "2e1424d4-f796-459a-8184-9c92662be6da",
            ])
        #expect(throws: JSONError.self) { try event.messages[0].event() }
        let carried = try event.messages[1].event()
        #expect(carried.id == "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa")
        #expect(carried.time == Timestamp(millisecondsSince1970: 1_444_323_186_000))
    }

    @Test(
        "are told from other records",
        arguments: [
            "{}", "[]", #"{"Records":[]}"#, #"{"Records":{}}"#, #"{"Records":[{"eventSource":"aws:s3"}]}"#,
            #"{"Records":[{"EventSource":"aws:sns"}]}"#, #"{"Records":["aws:sqs"]}"#,
        ])
    func others(_ text: String) throws {
        #expect(try SQSEvent.matches(value(text)) == false)
    }

    @Test("are refused as a whole where one could not be named in the answer")
    func malformed() throws {
        let good = record()
        let bad = [
            record(id: #""""#), record(id: "5"), record(id: "\"\(String(repeating: "x", count: 129))\""),
            record(body: "{}"), record(body: "null"), record(source: #""aws:kinesis""#), record(queue: "null"),
            #"{"eventSource":"aws:sqs","eventSourceARN":"a","body":"b"}"#,
        ]
        for record in bad {
            #expect(throws: JSONError.self, Comment(rawValue: record)) {
                try SQSEvent(json: value(#"{"Records":[\#(good),\#(record)]}"#))
            }
        }
        #expect(try SQSEvent(json: value(#"{"Records":[\#(good)]}"#)).messages.count == 1)
    }

    @Test("are ten thousand at most, and a body is one MiB at most")
    func limits() throws {
        let most = Array(repeating: record(), count: SQSEvent.maximumMessages)
        #expect(try SQSEvent(json: value(#"{"Records":[\#(most.joined(separator: ","))]}"#)).messages.count == 10_000)
        let more = (most + [record()]).joined(separator: ",")
        #expect(throws: JSONError.self) { try SQSEvent(json: value(#"{"Records":[\#(more)]}"#)) }
        let long = String(repeating: " ", count: SQSEvent.maximumBodyBytes + 1)
        let event = try SQSEvent(json: value(#"{"Records":[\#(record(body: "\"\(long)\""))]}"#))
        #expect(throws: JSONError.self) { try event.messages[0].event() }
    }

    @Test("of a FIFO queue are known by its name")
    func ordered() throws {
        let queue = #""arn:aws:sqs:us-east-2:123456789012:reads.fifo""#
        #expect(try SQSEvent(json: value(#"{"Records":[\#(record(queue: queue))]}"#)).isFIFO)
    }
}
