import Codecs
import LambdaEvents
import Mail
import StrictJSON

/// What SES reports about one message.
///
/// Source: SES developer guide, "Retrieving SES event data from Amazon EventBridge" and "Examples of event data";
/// members that we do not know are left aside, as SES adds some.
struct DeliveryReport: Hashable, Sendable {
    /// The tag by which a report finds our message.
    static let tag = "message_id"

    /// EventBridge's, which a repeated delivery keeps.
    let eventID: String
    let kind: DeliveryKind
    /// Our own id; nil for mail that somebody else sent from this account.
    let message: UUID?
    let sesMessageID: String?
    let time: Timestamp

    /// Reads the event; nil for one that says nothing about a mail's fate.
    init?(_ event: EventBridgeEvent) throws(JSONError) {
        guard let kind = try Self.kind(event) else { return nil }
        let mail = try event.detail.member("mail")
        eventID = event.id
        self.kind = kind
        time = event.time
        sesMessageID = try mail.optional("messageId")?.string(maximumBytes: 256)
        message = try mail.optional("tags")?.optional(Self.tag)?.elements.first { _ in true }
            .flatMap { try? $0.string(maximumBytes: 64) }.flatMap { UUID($0) }
    }

    private static func kind(_ event: EventBridgeEvent) throws(JSONError) -> DeliveryKind? {
        switch event.detailType {
        case "Email Sent": .sent
        case "Email Delivered": .delivered
        case "Email Delivery Delayed": .delayed
        case "Email Rejected": .rejected
        case "Email Rendering Failed": .notRendered
        case "Email Bounced": try bounce(event.detail.member("bounce"))
        case "Email Complaint Received": try complaint(event.detail.member("complaint"))
        default: nil
        }
    }

    /// A bounce that names nobody is an absence notice; so may be one of a type that SES is not sure of.
    private static func bounce(_ bounce: JSONValue) throws(JSONError) -> DeliveryKind {
        let type = try bounce.member("bounceType")
        guard try hasElements(bounce, "bouncedRecipients") else { return .unclearBounce }
        if type.matches("Permanent") { return .bounced }
        guard type.matches("Transient") else { return .unclearBounce }
        return try looksAutomatic(bounce) ? .unclearBounce : .softBounced
    }

    /// Whether a transient bounce may be the answer of somebody on holiday.
    ///
    /// SES reports such an answer as `General` as well; what a mail server itself says has a delivery status, whose
    /// members stand with the recipient (SES developer guide, "Bounce types" and "Bounced recipients").
    private static func looksAutomatic(_ bounce: JSONValue) throws(JSONError) -> Bool {
        guard bounce["bounceSubType"]?.matches("General") == true else { return false }
        let recipients = try bounce.member("bouncedRecipients").elements
        return recipients.allSatisfy { recipient in
            ["action", "status", "diagnosticCode"].allSatisfy { recipient[$0] == nil }
        }
    }

    /// `not-spam` takes an earlier complaint back (RFC 5965 and the IANA registry of feedback types).
    private static func complaint(_ complaint: JSONValue) throws(JSONError) -> DeliveryKind? {
        complaint["complaintFeedbackType"]?.matches("not-spam") == true ? nil : .complained
    }

    private static func hasElements(_ object: JSONValue, _ name: String) throws(JSONError) -> Bool {
        guard let list = try object.optional(name) else { return false }
        return try list.elements.contains { _ in true }
    }
}
