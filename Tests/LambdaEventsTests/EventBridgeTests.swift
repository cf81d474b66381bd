import Codecs
import LambdaEvents
import StrictJSON
import Testing

/// The examples of the EventBridge and the Lambda developer guides: an instance's state, a rule's schedule.
private let instanceEvent = #"""
    {"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"EC2 Instance State-change Notification",
     "source":"aws.ec2","account":"111122223333","time":"2017-12-22T18:43:48Z","region":"us-west-1",
     "resources":["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
     "detail":{"instance-id":"i-1234567890abcdef0","state":"terminated"}}
    """#
private let ruleEvent = #"""
    {"version":"0","account":"123456789012","region":"us-east-2","detail":{},"detail-type":"Scheduled Event",
     "source":"aws.events","time":"2019-03-01T01:23:45Z","id":"cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
     "resources":["arn:aws:events:us-east-2:123456789012:rule/my-schedule"]}
    """#
/// What EventBridge Scheduler sends for a schedule without input.
private let schedulerEvent = #"""
    {"version":"0","id":"37666ae6-48cf-4285-b4c6-a3320b38824a","detail-type":"Scheduled Event",
     "source":"aws.scheduler","account":"123456789012","time":"2024-06-13T12:30:00Z","region":"us-east-2",
     "resources":["arn:aws:scheduler:us-east-2:123456789012:schedule/default/nightly"],"detail":"{}"}
    """#

private func event(_ text: String) throws -> EventBridgeEvent {
    try EventBridgeEvent(json: JSONDocument(parsing: text).root)
}

private struct StateChange: EventDetail {
    static let source = "aws.ec2"
    static let detailType = "EC2 Instance State-change Notification"
    static let versions: ClosedRange<Int64> = 1...2
    let state: String
    let version: Int64

    init(json: JSONValue, version: Int64) throws(JSONError) {
        state = try json.member("state").string()
        self.version = version
    }
}

@Suite struct EventBridgeTests {
    @Test(
        "The documented event is read, written and read again", arguments: [instanceEvent, ruleEvent, schedulerEvent])
    func roundTrip(_ text: String) throws {
        let first = try event(text)
        var writer = JSONWriter()
        writer.value(first)
        let second = try event(writer.text)
        #expect(second.id == first.id && second.source == first.source && second.time == first.time)
        #expect(second.detailType == first.detailType && second.resources == first.resources)
        #expect(second.account == first.account && second.region == first.region)
        #expect(second.detail.rawBytes == first.detail.rawBytes)
        #expect(RFC3339.format(first.time).utf8.prefix(19).elementsEqual(RFC3339.format(second.time).utf8.prefix(19)))
    }

    @Test("The envelope's members arrive where they belong")
    func members() throws {
        let first = try event(instanceEvent)
        #expect(first.id == "6a7e8feb-b491-4cf7-a9f1-bf3703467718")
        #expect(first.source == "aws.ec2" && first.account == "111122223333" && first.region == "us-west-1")
        #expect(first.time == Timestamp(millisecondsSince1970: 1_513_968_228_000))
        #expect(try first.detail(as: StateChange.self).state == "terminated")
    }

    @Test("A detail's version is 1 when it is absent, and one that nobody reads is an error")
    func versions() throws {
        func read(_ detail: String) throws -> StateChange {
            try event(instanceEvent.replacing(#""instance-id""#, with: detail + #""instance-id""#)).detail()
        }
        #expect(try read("").version == 1)
        #expect(try read(#""version":2,"#).version == 2)
        #expect(throws: EventDetailError.unsupportedVersion) { try read(#""version":3,"#) }
        let error = #expect(throws: EventDetailError.self) { try read(#""version":"2","#) }
        guard case .malformed(let reason) = error else { throw Failed() }
        #expect(reason.pointer == "/detail/version" && reason.code == .type)
    }

    @Test(
        "An envelope that lacks a member, or has it wrong, is refused with its place",
        arguments: [
            ("id", #""id":1"#, "/id"), ("time", #""time":"yesterday""#, "/time"),
            ("resources", #""resources":[1]"#, "/resources/0"), ("source", #""source":null"#, "/source"),
        ])
    func malformed(_ name: String, _ replacement: String, _ pointer: String) throws {
        let members = [
            "id": #""id":"1""#, "source": #""source":"a""#, "time": #""time":"2017-12-22T18:43:48Z""#,
            "resources": #""resources":[]"#,
        ]
        let others = members.filter { $0.key != name }.map(\.value)
        let text = "{" + (others + [replacement, #""detail-type":"t""#, #""detail":{}"#]).joined(separator: ",") + "}"
        let error = #expect(throws: JSONError.self) { try event(text) }
        #expect(error?.pointer == pointer)
    }

    @Test("A rule's schedule and Scheduler's own event are schedules; Scheduler's detail is the text of an object")
    func schedules() throws {
        let rule = try #require(try ScheduledEvent(event(ruleEvent)))
        #expect(rule.origin == .rule && rule.resources == ["arn:aws:events:us-east-2:123456789012:rule/my-schedule"])
        let scheduler = try #require(try ScheduledEvent(event(schedulerEvent)))
        #expect(scheduler.origin == .scheduler && scheduler.id == "37666ae6-48cf-4285-b4c6-a3320b38824a")
        #expect(scheduler.detail.kind == .object)
        let other = try ScheduledEvent(event(instanceEvent))
        #expect(other?.id == nil)
        let input = schedulerEvent.replacing(#""{}""#, with: #""{\"mode\":\"full\"}""#)
        #expect(try ScheduledEvent(event(input))?.detail.member("mode").matches("full") == true)
    }

    @Test("A schedule whose detail is no object is refused", arguments: ["[]", #""[]""#, "1", #""{""#])
    func malformedSchedules(_ detail: String) throws {
        let parsed = try event(schedulerEvent.replacing(#""{}""#, with: detail))
        let error = #expect(throws: JSONError.self) { try ScheduledEvent(parsed) }
        #expect(error?.pointer == "/detail")
    }

    @Test("A detail alone is a schedule asked for by hand; with anything beside it, it is none")
    func manualSchedules() throws {
        #expect(ScheduledEvent.isManual(try JSONDocument(parsing: #"{"detail":{"mode":"full"}}"#).root))
        #expect(!ScheduledEvent.isManual(try JSONDocument(parsing: #"{"detail":{},"id":"1"}"#).root))
        #expect(!ScheduledEvent.isManual(try JSONDocument(parsing: "[]").root))
    }
}

private struct Failed: Error {}
