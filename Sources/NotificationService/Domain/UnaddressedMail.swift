import Codecs
import Cryptography
import LambdaEvents
import MailTemplates
import StrictJSON

/// A mail for a user whose address is not known yet.
///
/// What is kept is the event, not the mail: words, language and the link to unsubscribe follow from whom it goes to.
struct UnaddressedMail: Sendable {
    let userID: String
    let dedupeKey: String
    let template: String
    /// When the event happened.
    let time: Timestamp
    /// When the mail is no longer worth sending.
    let expiresAt: Timestamp
    /// Encrypted.
    let event: [UInt8]

    /// The row to keep; nil for a mail that is not for a user, and for one that is not worth sending any more.
    init?(
        _ mail: PlannedMail, of event: EventBridgeEvent, at time: Timestamp, now: Timestamp, policy: SendingPolicy,
        keys: NotificationKeys
    ) throws(CryptographyError) {
        guard case .user(let userID) = mail.to else { return nil }
        let end = policy.end(ofWaitFor: MailPurpose(of: mail.template), since: time, now: now)
        expiresAt = min(mail.expiresAt ?? end, end)
        guard expiresAt > now else { return nil }
        self.userID = userID
        self.time = time
        dedupeKey = mail.dedupeKey
        template = mail.template.name
        var json = JSONWriter()
        json.value(event)
        self.event = try keys.seal(json.bytes, owner: Self.owner(dedupeKey))
    }

    init(userID: String, dedupeKey: String, template: String, time: Timestamp, expiresAt: Timestamp, event: [UInt8]) {
        self.userID = userID
        self.dedupeKey = dedupeKey
        self.template = template
        self.time = time
        self.expiresAt = expiresAt
        self.event = event
    }

    var name: Unaddressed.Name { Unaddressed.Name(id: Draft.id(of: dedupeKey, at: time), template: template) }

    /// The event; throws for a row that was not written under this key with our keys.
    func opened(_ keys: NotificationKeys) throws -> EventBridgeEvent {
        let plaintext = try keys.open(event, owner: Self.owner(dedupeKey))
        return try EventBridgeEvent(json: JSONDocument(parsing: plaintext).root)
    }

    /// What the event is bound to.
    private static func owner(_ dedupeKey: String) -> String { "unaddressed:\(dedupeKey)" }
}
