package import Codecs
internal import Cryptography

/// Identifiers of transactions, derived from their cause: the same cause is the same transaction for ever.
package enum TransactionID {
    /// The identifier of the transaction that an event causes.
    ///
    /// 48 bits of the event's time, so that identifiers grow with time and new ones meet at the right edge of the index,
    /// then 74 bits of SHA-256 over the fields, each behind its length in four bytes, so that no two lists of fields
    /// give the same bytes.
    ///
    /// - Parameters:
    ///   - source: the envelope's `source`
    ///   - detailType: the envelope's `detail-type`
    ///   - eventID: the envelope's `id`, or whatever names the cause
    ///   - time: the envelope's `time`; a repeated delivery repeats it
    package static func derived(source: String, detailType: String, eventID: String, time: Timestamp) -> UUID {
        DerivedIdentifier.uuid(time: time, fields: [source, detailType, eventID])
    }
}
