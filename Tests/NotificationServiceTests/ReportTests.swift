import Codecs
import LambdaEvents
import StrictJSON
import Testing

@testable import NotificationService

@Suite("Reports of SES")
struct ReportTests {
    static func report(_ detailType: String, _ more: String = "", tags: String? = nil) throws -> DeliveryReport? {
        let tags =
            tags ?? #""tags":{"ses:configuration-set":["nw"],"message_id":["01920000-0000-8000-8000-000000000001"]},"#
        let detail = #"{"eventType":"X","mail":{\#(tags)"messageId":"ses-1","aMemberOfTheFuture":{}}\#(more)}"#
        return try DeliveryReport(
            EventBridgeEvent(
                id: "e-1", source: "aws.ses", detailType: detailType, time: Timestamp(millisecondsSince1970: 0),
                detail: JSONDocument(parsing: detail).root))
    }

    static func bounce(_ type: String, _ recipients: String) -> String {
        #","bounce":{"bounceType":"\#(type)","bounceSubType":"New","bouncedRecipients":\#(recipients)}"#
    }

    static func transient(_ recipient: String) -> String {
        #","bounce":{"bounceType":"Transient","bounceSubType":"General","bouncedRecipients":[\#(recipient)]}"#
    }

    static let someone = #"[{"emailAddress":"ada@mail.example"}]"#

    static let kindTable: [(String, String, DeliveryKind?)] = [
        ("Email Sent", "", .sent), ("Email Delivered", "", .delivered), ("Email Delivery Delayed", "", .delayed),
        ("Email Rejected", #","reject":{"reason":"Bad content"}"#, .rejected),
        ("Email Rendering Failed", "", .notRendered),
        ("Email Bounced", bounce("Permanent", someone), .bounced),
        ("Email Bounced", bounce("Transient", someone), .softBounced),
        // An absence notice of somebody who has the mail, and what a server says of a mailbox that is full.
        ("Email Bounced", transient(#"{"emailAddress":"ada@mail.example"}"#), .unclearBounce),
        ("Email Bounced", transient(#"{"emailAddress":"ada@mail.example","status":"4.2.2"}"#), .softBounced),
        ("Email Bounced", bounce("Undetermined", someone), .unclearBounce),
        ("Email Bounced", bounce("ATypeOfTheFuture", someone), .unclearBounce),
        ("Email Bounced", bounce("Permanent", "[]"), .unclearBounce),
        ("Email Bounced", bounce("Transient", "[]"), .unclearBounce),
        ("Email Complaint Received", #","complaint":{"complaintFeedbackType":"abuse"}"#, .complained),
        ("Email Complaint Received", #","complaint":{}"#, .complained),
        ("Email Complaint Received", #","complaint":{"complaintFeedbackType":"not-spam"}"#, nil),
        ("Email Opened", "", nil),
    ]

    @Test("85: what a report means", arguments: kindTable)
    func kinds(detailType: String, more: String, kind: DeliveryKind?) throws {
        #expect(try Self.report(detailType, more)?.kind == kind)
    }

    @Test(
        "86: a report about mail that is not ours names no message",
        arguments: ["", #""tags":{},"#, #""tags":{"message_id":["x"]},"#])
    func foreign(tags: String) throws {
        let report = try #require(try Self.report("Email Sent", tags: tags))
        #expect(report.message == nil)
        #expect(try Self.report("Email Sent")?.message?.description == "01920000-0000-8000-8000-000000000001")
    }
}
