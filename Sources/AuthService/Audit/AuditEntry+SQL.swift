import Codecs
import PostgresClient
import ServiceKit

extension SQL.StringInterpolation {
    /// `insert … select …` of the entry, to be followed by a `where`: for statements that do something only sometimes.
    mutating func appendInterpolation(audit entry: AuditEntry) {
        appendLiteral(
            """
            insert into auth.audit_log
                (occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail)
            select \u{20}
            """)
        appendInterpolation(entry.time)
        appendLiteral(", ")
        appendInterpolation(entry.user)
        appendLiteral(", ")
        appendInterpolation(entry.actor)
        appendLiteral(", ")
        appendInterpolation(entry.event.name)
        appendLiteral(", ")
        appendInterpolation(entry.outcome.rawValue)
        appendLiteral(", ")
        appendInterpolation(entry.addressPrefix)
        appendLiteral(", ")
        appendInterpolation(entry.requestID)
        appendLiteral(", ")
        appendInterpolation(json: entry.detail)
    }

    /// `insert … select …` of the event, to be followed by a `where` and nothing else.
    mutating func appendInterpolation(announcing event: OutboxEvent) {
        appendLiteral(
            "insert into outbox.events (event_id, aggregate, source, detail_type, detail, created_at) select ")
        appendInterpolation(event.id)
        appendLiteral(", ")
        appendInterpolation(event.aggregate)
        appendLiteral(", ")
        appendInterpolation(event.source)
        appendLiteral(", ")
        appendInterpolation(event.detailType)
        appendLiteral(", ")
        appendInterpolation(json: event.detail)
        appendLiteral(", ")
        appendInterpolation(event.createdAt)
    }
}
