package import Codecs
package import PostgresClient
internal import ServiceKit
internal import StrictJSON

/// Writes what an audit found: report and event in one transaction, with the end of the run.
package enum AuditStore {
    /// Stores the result, and concludes its run unless that is to go on.
    ///
    /// The end of a run is announced. A run that is to go on is announced once in each state: an audit that takes twenty
    /// invocations is one piece of news, and not twenty.
    ///
    /// - Parameters:
    ///   - id: names the invocation, so that a repeated one writes an event of its own
    ///   - time: when it ended
    /// - Returns: the id of the event that tells about it; nil where none does
    @discardableResult
    package static func save(
        _ result: AuditResult, id: String, at time: Timestamp, _ connection: PostgresConnection
    ) throws(DatabaseError) -> UUID? {
        let report = AuditReport(result: result)
        var statements = [insert(result, report)]
        if let run = result.run, result.canGoOn {
            let told = try connection.query(RunQueries.wasReported(run, result.state)).only()
            if try told.decode("reported") {
                _ = try connection.pipeline(statements)
                return nil
            }
        } else if let run = result.run {
            statements.append(RunQueries.conclude(run, result.state))
        }
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
