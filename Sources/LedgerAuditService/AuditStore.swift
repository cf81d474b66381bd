package import Codecs
package import PostgresClient
internal import ServiceKit
internal import StrictJSON

/// Writes what an audit found: checkpoints, report and event in one transaction.
package enum AuditStore {
    /// How many checkpoints one statement writes.
    private static let batchSize = 10_000

    /// Stores the result.
    ///
    /// - Parameters:
    ///   - id: names the run, so that a repeated invocation writes an event of its own
    ///   - time: when the run ended
    /// - Returns: the id of the event that tells about it
    @discardableResult
    package static func save(
        _ result: AuditResult, id: String, at time: Timestamp, _ connection: PostgresConnection
    ) throws(DatabaseError) -> UUID {
        let checkpoints = result.checkpoints
        var statements = stride(from: 0, to: checkpoints.count, by: batchSize).map { start in
            write(Array(checkpoints[start..<min(start + batchSize, checkpoints.count)]))
        }
        let report = AuditReport(result: result)
        statements.append(insert(result, report))
        let event = OutboxEvent(
            id: IdempotentConsumer.identity(
                source: "nerdwork.ledger", detailType: report.detailType, id: id, time: time),
            aggregate: "ledger", source: "nerdwork.ledger", detailType: report.detailType, createdAt: time,
            detail: report.detail)
        statements.append(OutboxStatement.insert(event))
        _ = try connection.pipeline(statements)
        return event.id
    }

    private static func insert(_ result: AuditResult, _ report: AuditReport) -> SQL {
        """
        insert into ledger.audits (started_at, finished_at, verified_until, mode, state, finding_count, report)
        values (\(result.startedAt)::text::timestamptz, clock_timestamp(),
            \(result.verifiedUntil)::text::timestamptz, \(result.mode.rawValue), \(result.state.rawValue),
            \(result.findings.total), \(json: report.json.bytes))
        """
    }

    /// Moves checkpoints forward, never back: a slower audit may end after a later one.
    private static func write(_ chains: [AccountChain]) -> SQL {
        """
        insert into ledger.checkpoints as k (account_id, stripe, seq, balance, last_at)
        select w.account_id, w.stripe, w.seq, w.balance, w.last_time::timestamptz
          from unnest(\(chains.map(\.account)), \(chains.map(\.stripe)), \(chains.map(\.seq)),
              \(chains.map(\.balance)), \(chains.map(\.lastTime))) w(account_id, stripe, seq, balance, last_time)
         order by w.account_id, w.stripe
            on conflict (account_id, stripe) do update
           set seq = excluded.seq, balance = excluded.balance, last_at = excluded.last_at,
               verified_at = excluded.verified_at
         where k.seq <= excluded.seq
        """
    }
}
