package import AWSClient
package import Codecs
import PostgresClient

/// An event that this process alone may publish, until its lease ends.
///
/// Its detail may hold what no log may show: neither interpolation nor reflection does.
package struct ClaimedEvent: Sendable {
    package let id: UUID
    /// How often the event was claimed, this time included; tells this claim from a later one.
    package let attempts: Int32
    /// How old it was by the database's clock when it was claimed.
    package let ageMilliseconds: Int64
    package let createdAt: Timestamp
    package let source: String
    package let detailType: String
    /// The detail's JSON with the event's id in it, by which consumers know a repeated delivery.
    package let detail: [UInt8]

    package init(
        id: UUID, attempts: Int32, ageMilliseconds: Int64, createdAt: Timestamp, source: String, detailType: String,
        detail: [UInt8]
    ) {
        self.id = id
        self.attempts = attempts
        self.ageMilliseconds = ageMilliseconds
        self.createdAt = createdAt
        self.source = source
        self.detailType = detailType
        self.detail = detail
    }

    /// Reads a row of `outbox.claim` or `outbox.claim_own`.
    init(_ row: Row) throws(DatabaseError) {
        id = try row.decode("event_id")
        attempts = try row.decode("attempts")
        ageMilliseconds = try row.decode("age_milliseconds")
        createdAt = try row.decode("created_at")
        source = try row.decode("source")
        detailType = try row.decode("detail_type")
        detail = Array(try row.decode("detail", as: String.self).utf8)
    }

    /// The event as `PutEvents` takes it.
    ///
    /// - Parameter traceID: the X-Ray header of the invocation that wrote it; nil where that is not known any more.
    package func entry(bus: String, traceID: String? = nil) -> EventEntry {
        EventEntry(
            source: source, detailType: detailType, detail: detail, bus: bus, time: createdAt, traceHeader: traceID)
    }
}

extension ClaimedEvent: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(detailType) \(id)" }
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
