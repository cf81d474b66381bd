import Codecs
import PostgresClient

/// The outbox's SQL for those who publish (0007_outbox_publishing.sql).
extension OutboxStatement {
    private static let columns = "event_id, attempts, age_milliseconds, created_at, source, detail_type, detail"

    /// Claims what is due, whoever wrote it; for the relay.
    static func claim(limit: Int32, leaseMilliseconds: Int64) -> SQL {
        """
        select \(raw: columns) from outbox.claim(\(limit), \(leaseMilliseconds) * interval '1 millisecond')
        """
    }

    /// Claims those of these events that the own role wrote and that are due.
    static func claim(own events: [UUID], leaseMilliseconds: Int64) -> SQL {
        """
        select \(raw: columns) from outbox.claim_own(\(events), \(leaseMilliseconds) * interval '1 millisecond')
        """
    }

    /// Books what became of claimed events; booking it twice is the same as once.
    static func settle(_ settlements: [Settlement]) -> SQL {
        // In one order for everybody, so that two who settle the same events never wait for each other.
        let sorted = settlements.sorted { $0.event.id < $1.event.id }
        let events = sorted.map(\.event)
        let verdicts = sorted.map { SettledVerdict($0.verdict) }
        return """
            select outbox.settle(\(events.map(\.id)), \(events.map(\.attempts)), \(verdicts.map(\.outcome)),
                \(verdicts.map(\.code)), \(verdicts.map(\.delay))) as count
            """
    }
}

/// A verdict as `outbox.settle` takes it.
private struct SettledVerdict {
    let outcome: Int16
    let code: String
    let delay: Int64

    init(_ verdict: OutboxVerdict) {
        switch verdict {
        case .published: (outcome, code, delay) = (0, "", 0)
        case .again(let code, let milliseconds): (outcome, self.code, delay) = (1, Self.short(code), milliseconds)
        case .dead(let code): (outcome, self.code, delay) = (2, Self.short(code), 0)
        }
    }

    /// The column takes 1,024 characters; a code is a word.
    private static func short(_ code: String) -> String {
        String(code.prefix(128))
    }
}
