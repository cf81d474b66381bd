internal import Codecs
import Testing

@testable internal import LocalPlatform

@Suite("EventBridge's PutEvents, played locally")
struct PutEventsTests {
    private func put(_ entries: [String], _ fixture: LocalAWSFixture) throws -> AWSCaller.Answer {
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        return try caller.send(.putEvents(#"{"Entries":[\#(entries.joined(separator: ","))]}"#))
    }

    private static let good =
        #"{"Source":"nerdwork.loyalty","DetailType":"RewardGranted","Detail":"{\"amount\":5}","EventBusName":"nerdwork"}"#

    @Test("Gives each entry an id of its own and EventBridge's envelope")
    func envelope() throws {
        let fixture = try LocalAWSFixture()
        let timed =
            #"{"Source":"a","DetailType":"b","Detail":"{}","Time":1795241700.5,"Resources":["arn:x"],"EventBusName":"arn:aws:events:us-east-1:123456789012:event-bus/nerdwork"}"#
        let answer = try put([Self.good, timed], fixture)
        #expect(answer.status == 200)
        #expect(answer.body["FailedEntryCount"] == .number("0"))
        let events = fixture.aws.bus.take()
        try #require(events.count == 2)
        #expect(events.map(\.bus) == ["nerdwork", "nerdwork"])
        let ids = answer.body["Entries"]?.elements.compactMap { $0["EventId"]?.text }
        #expect(ids == events.map(\.id))
        #expect(Set(events.map(\.id)).count == 2)
        #expect(events.allSatisfy { UUID($0.id) != nil })
        let envelope = events[1].envelope
        #expect(envelope["time"]?.text == "2026-11-21T06:15:00Z")
        #expect(envelope["resources"] == .array([.string("arn:x")]))
        #expect(
            envelope.members.map(\.name) == [
                "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
            ])
    }

    @Test("Refuses entries one by one; the others are on the bus")
    func partial() throws {
        let fixture = try LocalAWSFixture()
        let long = String(repeating: "x", count: 129)
        let cases = [
            (Self.good, String?.none),
            (#"{"Source":"aws.ses","DetailType":"b","Detail":"{}"}"#, "NotAuthorizedForSourceException"),
            (#"{"Source":"a","DetailType":"b","Detail":"[]"}"#, "MalformedDetail"),
            (#"{"Source":"a","DetailType":"b","Detail":"{"}"#, "MalformedDetail"),
            (#"{"Source":"a","DetailType":"b"}"#, "InvalidArgument"),
            (#"{"Source":"","DetailType":"b","Detail":"{}"}"#, "InvalidArgument"),
            (#"{"Source":"a","DetailType":"\#(long)","Detail":"{}"}"#, "InvalidArgument"),
            (#"{"Source":"a","DetailType":"b","Detail":"{}","Time":"today"}"#, "InvalidArgument"),
            // AWS takes such an event and loses it; here that is said.
            (#"{"Source":"a","DetailType":"b","Detail":"{}","EventBusName":"none"}"#, "InvalidArgument"),
        ]
        let answer = try put(cases.map(\.0), fixture)
        #expect(answer.status == 200)
        #expect(answer.body["FailedEntryCount"] == .number("8"))
        #expect(answer.body["Entries"]?.elements.map { $0["ErrorCode"]?.text } == cases.map(\.1))
        #expect(fixture.aws.bus.take().map(\.detailType) == ["RewardGranted"])
        #expect(fixture.refusals.count == 8)
    }

    @Test("Refuses a request without entries, with more than ten, and of more than 256 KiB")
    func limits() throws {
        let fixture = try LocalAWSFixture()
        let big = #"{"Source":"a","DetailType":"b","Detail":"{\"x\":\"\#(String(repeating: "x", count: 100_000))\"}"}"#
        for entries in [[], Array(repeating: Self.good, count: 11), [big, big, big]] {
            let answer = try put(entries, fixture)
            #expect(answer.status == 400)
            #expect(answer.error == "ValidationException")
        }
        #expect(fixture.aws.bus.take().isEmpty)
        #expect(try put([big, big], fixture).status == 200)
    }
}
