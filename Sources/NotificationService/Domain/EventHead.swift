import Codecs
import LambdaEvents
import MailTemplates
import StrictJSON

/// What every event that causes mail has, whatever it is about.
struct EventHead: Hashable, Sendable {
    /// `detail.id`: the bus gives each copy of an event an id of its own, the sender gives it this one.
    let id: UUID
    /// When it happened, by the sender's clock.
    let time: Timestamp
    /// Nil where the event does not say it.
    let locale: MailLocale?
    let userID: String?

    /// Throws `EventDetailError.unsupportedVersion` for another version than 1, and `JSONError`.
    init(_ event: EventBridgeEvent) throws {
        let detail = event.detail
        guard try detail.optional("version")?.integer() ?? 1 == 1 else { throw EventDetailError.unsupportedVersion }
        let written = try detail.member("id")
        guard let id = UUID(try written.string(maximumBytes: 64)) else { throw written.error(.range) }
        self.id = id
        time = try detail.optional("occurredAt").map(Timestamp.init(json:)) ?? event.time
        locale = try detail.optional("locale").map { MailLocale(tag: try $0.string(maximumBytes: 64)) }
        userID = try detail.optional("userId").map { try $0.identifier() }
    }
}

extension Timestamp {
    /// Milliseconds since 1970, up to the year 9999.
    init(json: JSONValue) throws(JSONError) {
        self.init(millisecondsSince1970: try json.integer(in: 0...253_402_300_799_999))
    }
}

extension JSONValue {
    /// An opaque identifier of another service.
    func identifier() throws(JSONError) -> String {
        let text = try string(maximumBytes: 128)
        guard OpaqueIdentifier.isValid(text) else { throw error(.range) }
        return text
    }
}
