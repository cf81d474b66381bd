package import Codecs
import Cryptography
package import LambdaEvents

/// The identity of an event, derived from the event itself: a repeated delivery has the same one, for ever.
///
/// A consumer that stores it in the transaction of its effect, under a primary key, has that effect once.
package enum IdempotentConsumer {
    /// Identity of an incoming event: its source, detail-type, id and time.
    package static func identity(of event: EventBridgeEvent) -> UUID {
        identity(source: event.source, detailType: event.detailType, id: event.id, time: event.time)
    }

    /// UUID version 8: the time's 48 bits, so that identities sort by time, then 74 bits of SHA-256 over the fields.
    package static func identity(source: String, detailType: String, id: String, time: Timestamp) -> UUID {
        DerivedIdentifier.uuid(time: time, fields: [source, detailType, id])
    }
}
