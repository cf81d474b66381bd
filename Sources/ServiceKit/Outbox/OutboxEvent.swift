package import Codecs
package import PostgresClient
package import StrictJSON

/// An event that leaves after the transaction that causes it has committed.
package struct OutboxEvent: Hashable, Sendable {
    /// Derived from the cause, so that the same cause writes the same event.
    package let id: UUID
    /// What the event is about, for instance `reader:42`; events of one aggregate stay in order.
    package let aggregate: String
    package let source: String
    package let detailType: String
    /// The detail's JSON, an object.
    package let detail: [UInt8]
    package let createdAt: Timestamp

    package init(
        id: UUID, aggregate: String, source: String, detailType: String, createdAt: Timestamp, detail: JSONWriter
    ) {
        self.id = id
        self.aggregate = aggregate
        self.source = source
        self.detailType = detailType
        self.createdAt = createdAt
        self.detail = detail.bytes
    }
}

/// The outbox's SQL for those who write events; `outbox-relay` has its own.
package enum OutboxStatement {
    /// Writes the event unless it is there already; for the transaction of the effect.
    package static func insert(_ event: OutboxEvent) -> SQL {
        """
        insert into outbox.events (event_id, aggregate, source, detail_type, detail, created_at)
        values (\(event.id), \(event.aggregate), \(event.source), \(event.detailType), \(json: event.detail),
            \(event.createdAt))
        on conflict (event_id) do nothing
        """
    }
}
