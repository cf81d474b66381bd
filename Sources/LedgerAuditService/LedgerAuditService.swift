package import Codecs
internal import LambdaEvents
internal import LambdaRuntime
internal import Logging
package import PostgresClient
package import ServiceKit
internal import StrictJSON

/// Audits the ledger each night, and whenever it is asked to.
///
/// A schedule starts an incremental audit; `{"detail":{"mode":"full"}}` a full one.
package struct LedgerAuditService {
    /// The newest migration that the checks rely on.
    package static let requiredSchema: Int32 = 7

    private let database: Database
    private let written: WrittenEvents
    private let now: () -> Timestamp

    /// Time kept for storing the result when the checks use up theirs.
    private static let reserveMilliseconds: Int64 = 5_000

    /// - Parameters:
    ///   - database: logs in as `nerdwork_ledger_audit`
    ///   - written: takes note of the events that the service wrote to the outbox
    ///   - now: the wall clock
    package init(
        database: Database, written: WrittenEvents = WrittenEvents(), now: @escaping () -> Timestamp
    ) {
        self.database = database
        self.written = written
        self.now = now
    }

    /// The events of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        dispatcher.onSchedule { event, context in
            try audit(try AuditMode(detail: event.detail), context)
        }
        dispatcher.ready { context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }

    /// Audits and stores; answers the report.
    ///
    /// Findings are the audit's result and no error of the function. Throws `DatabaseError` when the result cannot be
    /// stored: a result that nobody can read is none.
    private func audit(_ mode: AuditMode, _ context: InvocationContext) throws -> JSONWriter {
        let start = now()
        let reserve = min(Self.reserveMilliseconds, context.remainingMilliseconds(at: start) / 2)
        var result = try database.unitOfWork(deadline: context.deadline, marginMilliseconds: reserve) {
            Audit.run(mode, $0, until: $0.limit)
        }
        let end = now()
        result.durationMilliseconds = end.millisecondsSince1970 - start.millisecondsSince1970
        let event = try database.unitOfWork(deadline: context.deadline) {
            try AuditStore.save(result, id: context.requestID, at: end, $0)
        }
        written.note(event)
        log(result, context.logger)
        try AuditMetrics.lines(of: result).emit(at: end)
        return AuditReport(result: result).json
    }

    private func log(_ result: AuditResult, _ logger: Logger) {
        logger.log(
            level: result.state == .clean ? .info : .error, "ledger audit: \(result.state.rawValue)",
            metadata: [
                "mode": "\(result.mode.rawValue)", "findings": "\(result.findings.total)",
                "codes": "\(result.findings.counts.keys.map(\.rawValue).sorted().joined(separator: ","))",
                "unfinished": "\(result.unfinished.map(\.check).joined(separator: ","))",
                "durationMs": "\(result.durationMilliseconds)",
            ])
    }
}

extension AuditMode {
    /// The mode that a schedule's detail asks for; incremental where it says nothing.
    init(detail: JSONValue) throws(JSONError) {
        guard let mode = try detail.optional("mode") else {
            self = .incremental
            return
        }
        guard let known = AuditMode(rawValue: try mode.string(maximumBytes: 32)) else { throw mode.error(.range) }
        self = known
    }
}
