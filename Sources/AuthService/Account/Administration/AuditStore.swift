import Codecs
import PostgresClient
import StrictJSON

/// The audit log, as administrators read it.
enum AuditStore {
    /// Which entries a list has.
    struct Filter {
        let user: UUID?
        let actor: UUID?
        let event: String?
    }

    struct StoredEntry {
        let id: Int64
        let occurredAt: Timestamp
        let userID: UUID?
        let actorID: UUID?
        let event: String
        let outcome: String
        let addressPrefix: String?
        let requestID: String?
        let detail: [UInt8]?
    }

    /// The newest entries first, behind the one with the id `position`.
    static func page(
        _ actor: AdministrationStore.Actor, _ filter: Filter, after position: Int64?, limit: Int
    ) -> SQL {
        """
        select audit_id, occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail
        from auth.admin_audit(\(actor: actor), \(position), \(Int32(limit)), \(filter.user), \(filter.actor),
            \(filter.event))
        """
    }

    static func decode(_ row: Row) throws(DatabaseError) -> StoredEntry {
        StoredEntry(
            id: try row.decode("audit_id"), occurredAt: try row.decode("occurred_at"),
            userID: try row.decodeIfPresent("user_id"), actorID: try row.decodeIfPresent("actor_id"),
            event: try row.decode("event"), outcome: try row.decode("outcome"),
            addressPrefix: try row.decodeIfPresent("address_prefix"),
            requestID: try row.decodeIfPresent("request_id"), detail: try row.decodeIfPresent("detail"))
    }
}

extension JSONObjectWriter {
    mutating func auditEntry(_ entry: AuditStore.StoredEntry) throws {
        member("id", entry.id)
        member("at", RFC3339.format(entry.occurredAt))
        optional("user_id", entry.userID?.description)
        optional("actor_id", entry.actorID?.description)
        member("event", entry.event)
        member("outcome", entry.outcome)
        optional("ip_prefix", entry.addressPrefix)
        optional("request_id", entry.requestID)
        optional("detail", try entry.detail.map { try JSONDocument(parsing: $0) })
    }
}
