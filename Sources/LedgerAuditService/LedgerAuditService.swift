package import Codecs
internal import LambdaEvents
internal import LambdaRuntime
internal import Logging
package import PostgresClient
package import ServiceKit
internal import StrictJSON

/// Audits the ledger each night, and whenever it is asked to; folds each minute.
///
/// A schedule starts an incremental audit; `{"detail":{"mode":"full"}}` a full one; `AuditTask` lists the rest.
package struct LedgerAuditService {
    /// The newest migration that the checks rely on.
    package static let requiredSchema: Int32 = 23

    private let database: Database
    private let written: WrittenEvents
    private let anchors: AnchorStore?
    private let now: () -> Timestamp

    /// Time kept for storing the result when the checks use up theirs.
    private static let reserveMilliseconds: Int64 = 5_000

    /// - Parameters:
    ///   - database: logs in as `nerdwork_ledger_audit`
    ///   - written: takes note of the events that the service wrote to the outbox
    ///   - anchors: where the roots of clean audits go; nil where there is no such place
    ///   - now: the wall clock
    package init(
        database: Database, written: WrittenEvents = WrittenEvents(), anchors: AnchorStore? = nil,
        now: @escaping () -> Timestamp
    ) {
        self.database = database
        self.written = written
        self.anchors = anchors
        self.now = now
    }

    /// The events of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        dispatcher.onSchedule { event, context in
            switch try AuditTask(detail: event.detail) {
            case .audit(let mode): try audit(mode, context)
            case .goOn: try goOn(context)
            case .fold: try fold(context)
            }
        }
        dispatcher.ready { context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }
}

extension LedgerAuditService {
    /// Folds, audits and stores; answers the report.
    ///
    /// Findings are the audit's result and no error of the function. Throws `DatabaseError` when the result cannot be
    /// stored: a result that nobody can read is none.
    private func audit(_ mode: AuditMode, _ context: InvocationContext) throws -> JSONWriter {
        let start = now()
        let time = context.remainingMilliseconds(at: start)
        // What is folded need not be looked up twice; but the audit does not depend on it.
        do {
            _ = try database.unitOfWork(deadline: context.deadline, marginMilliseconds: time - time / 8) {
                try Folding.run($0, until: $0.limit)
            }
        } catch {
            context.logger.warning("ledger audit: the fold before it failed: \(error)")
        }
        let reserve = min(Self.reserveMilliseconds, time / 2)
        var result = try database.unitOfWork(deadline: context.deadline, marginMilliseconds: reserve) {
            Audit.run(mode, $0, until: $0.limit, resuming: true, anchors: anchors)
        }
        let end = now()
        result.durationMilliseconds = end.millisecondsSince1970 - start.millisecondsSince1970
        // While another invocation is at work, the report is its matter.
        if !result.isBusy {
            let event = try database.unitOfWork(deadline: context.deadline) {
                try AuditStore.save(result, id: context.requestID, at: end, $0)
            }
            if let event { written.note(event) }
        }
        log(result, context.logger)
        try AuditMetrics.lines(of: result).emit(at: end)
        return AuditReport(result: result).json
    }

    /// Goes on with a run that is not finished; begins one where the night has none.
    private func goOn(_ context: InvocationContext) throws -> JSONWriter {
        let row = try database.unitOfWork(deadline: context.deadline) { try $0.query(RunQueries.pending).only() }
        if let mode = try row.decodeIfPresent("mode", as: String.self).flatMap(AuditMode.init(rawValue:)) {
            return try audit(mode, context)
        }
        return JSONWriter.object {
            $0.member("version", 1)
            $0.member("task", "continue")
            $0.member("state", "nothing to do")
        }
    }

    private func fold(_ context: InvocationContext) throws -> JSONWriter {
        let reserve = min(Self.reserveMilliseconds, context.remainingMilliseconds(at: now()) / 2)
        let folding = try database.unitOfWork(deadline: context.deadline, marginMilliseconds: reserve) {
            try Folding.run($0, until: $0.limit)
        }
        try AuditMetrics.lines(of: folding).emit(at: now())
        return folding.json
    }

    private func log(_ result: AuditResult, _ logger: Logger) {
        logger.log(
            level: result.state == .clean ? .info : .error, "ledger audit: \(result.state.rawValue)",
            metadata: [
                "mode": "\(result.mode.rawValue)", "findings": "\(result.findings.total)",
                "codes": "\(result.findings.counts.keys.map(\.rawValue).sorted().joined(separator: ","))",
                "unfinished": "\(result.unfinished.map(\.check).joined(separator: ","))",
                "run": "\(result.run.map { "\($0)" } ?? "none")", "durationMs": "\(result.durationMilliseconds)",
            ])
    }
}
