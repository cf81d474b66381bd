import Codecs
import Cryptography
import Mail
import MailTemplates
import StrictJSON

/// A planned mail with its receiver: finished, and ready to be written down.
struct Draft: Sendable {
    let id: UUID
    let dedupeKey: String
    let template: String
    let purpose: MailPurpose
    let addressHash: [UInt8]
    let content: MessageContent
    let expiresAt: Timestamp

    /// Finishes the mail.
    ///
    /// - Parameters:
    ///   - time: when its event happened
    ///   - locale: what the receiver reads, where the event does not say it
    init(
        _ mail: PlannedMail, to address: EmailAddress, at time: Timestamp, now: Timestamp, locale: MailLocale,
        settings: MailSettings, keys: NotificationKeys, lifetime: Int64
    ) {
        dedupeKey = mail.dedupeKey
        id = Self.id(of: mail.dedupeKey, at: time)
        template = mail.template.name
        purpose = MailPurpose(of: mail.template)
        addressHash = keys.hash(address)
        let latest = now.advanced(byMilliseconds: lifetime)
        expiresAt = min(mail.expiresAt ?? latest, latest)
        let token = purpose == .optional ? LinkSecret(keys.unsubscribeToken(for: addressHash)) : nil
        let message = mail.template.render(
            locale: mail.locale ?? locale, settings: settings,
            unsubscribe: token.map { settings.api.link("/notifications/unsubscribe/", segment: $0) })
        content = MessageContent(to: address, message)
    }

    /// The state that the message begins with.
    func firstState(
        at now: Timestamp, suppressions: [SuppressionReason], paused: Set<SendingStream>
    ) -> MessageState {
        if expiresAt <= now { return .expired }
        if SuppressionRule.forbids(purpose, reasons: suppressions) { return .suppressed }
        return paused.contains(SendingStream(of: purpose)) ? .queued : .sending
    }

    /// The row; content only while there is something to send.
    func message(_ state: MessageState, keys: NotificationKeys) throws(CryptographyError) -> NewMessage {
        NewMessage(
            id: id, dedupeKey: dedupeKey, template: template, purpose: purpose, state: state, addressHash: addressHash,
            content: state.isOpen ? try keys.seal(content.json.bytes, owner: Self.owner(id)) : nil,
            expiresAt: expiresAt)
    }

    /// The id of the message with this key.
    ///
    /// - Parameter time: when its event happened
    static func id(of dedupeKey: String, at time: Timestamp) -> UUID {
        DerivedIdentifier.uuid(time: time, fields: ["notification", dedupeKey])
    }

    /// What a message's content is bound to.
    static func owner(_ id: UUID) -> String { "message:\(id)" }
}
