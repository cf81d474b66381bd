package import Codecs
package import PostgresClient
internal import ServiceKit
internal import StrictJSON

/// Writes what an audit found: report and event in one transaction, with the end of the run.
package enum AuditStore {
    /// Stores the result, and concludes its run unless that is to go on.
    ///
    /// - Parameters:
    ///   - id: names the run, so that a repeated invocation writes an event of its own
    ///   - time: when the run ended
    /// - Returns: the id of the event that tells about it
    @discardableResult
    package static func save(
        _ result: AuditResult, id: String, at time: Timestamp, _ connection: PostgresConnection
    ) throws(DatabaseError) -> UUID {
        let report = AuditReport(result: result)
        var statements = [insert(result, report)]
        if let run = result.run, !result.canGoOn { statements.append(RunQueries.conclude(run, result.state)) }
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
        insert into ledger.audits (started_at, finished_at, verified_until, mode, state, finding_count, report, run_id)
        values (\(result.startedAt)::text::timestamptz, clock_timestamp(),
            \(result.verifiedUntil)::text::timestamptz, \(result.mode.rawValue), \(result.state.rawValue),
            \(result.findings.total), \(json: report.json.bytes), \(result.run))
        """
    }
}
