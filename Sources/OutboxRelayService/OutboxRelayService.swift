internal import AWSClient
package import Codecs
internal import LambdaRuntime
internal import Logging
package import PostgresClient
package import ServiceKit
internal import StrictJSON

/// Publishes each minute what the functions left in the outbox, whoever wrote it.
///
/// Any number of them may run at the same time, beside the functions that publish their own.
package struct OutboxRelayService {
    /// The newest migration that the statements rely on.
    package static let requiredSchema: Int32 = 7

    /// How many events are claimed at a time: five full calls of `PutEvents`.
    private static let claimLimit = 50
    /// Nobody else sends a claimed event before; the calls end well before it does.
    private static let leaseMilliseconds: Int64 = 60_000
    private static let sendMilliseconds: Int64 = 45_000
    /// Time kept for booking what was sent, for the metrics and for the purge.
    private static let reserveMilliseconds: Int64 = 5_000
    private static let purgeLimit: Int32 = 1_000

    private let database: Database
    private let store: OutboxStore
    private let publisher: OutboxPublisher
    private let now: () -> Timestamp

    /// - Parameters:
    ///   - database: logs in as `nerdwork_relay`
    ///   - publisher: sends to the bus
    ///   - now: the wall clock
    package init(database: Database, publisher: OutboxPublisher, now: @escaping () -> Timestamp) {
        self.database = database
        self.publisher = publisher
        self.now = now
        store = OutboxStore(database)
    }

    /// The events of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        dispatcher.onSchedule { _, context in try run(context).json }
        dispatcher.ready { context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }

    /// Publishes until nothing is due, the bus takes nothing, or the time ends; then purges and counts.
    ///
    /// A bus that fails is no error of the function: the metrics tell, and the next run tries again.
    private func run(_ context: InvocationContext) throws -> RelayReport {
        let reserve = min(Self.reserveMilliseconds, context.remainingMilliseconds(at: now()) / 2)
        let end = context.deadline.advanced(byMilliseconds: -reserve)
        var report = RelayReport()
        while now() < end, !report.busIsFailing {
            guard try publish(until: end, context, &report) else { break }
        }
        try purge(until: end, context, &report)
        let backlog = try database.unitOfWork(deadline: context.deadline) {
            try Backlog($0.query(Backlog.query).only())
        }
        try backlog.metrics(report).emit(at: now())
        log(report, backlog, context.logger)
        return report
    }

    /// Claims, sends and settles once; each commits on its own, so that dying in between loses nothing.
    ///
    /// - Returns: false where nothing was due
    private func publish(until end: Timestamp, _ context: InvocationContext, _ report: inout RelayReport) throws -> Bool
    {
        let limit = min(end, now().advanced(byMilliseconds: Self.sendMilliseconds))
        let claimed = try store.claim(
            limit: Self.claimLimit, leaseMilliseconds: Self.leaseMilliseconds, deadline: context.deadline)
        guard !claimed.isEmpty else { return false }
        let call = AWSCall(deadline: limit, traceID: context.traceID, marginMilliseconds: 0)
        let sending = publisher.send(claimed, call)
        try store.settle(sending.settlements, deadline: context.deadline)
        report.count(sending)
        OutboxLog.failures(of: sending.settlements, context.logger)
        return true
    }

    private func purge(until end: Timestamp, _ context: InvocationContext, _ report: inout RelayReport) throws {
        while now() < end {
            let count: Int32 = try database.unitOfWork(deadline: context.deadline) { connection in
                try connection.query("select outbox.purge(\(Self.purgeLimit)) as count").only().decode("count")
            }
            report.purged += Int(count)
            guard count == Self.purgeLimit else { return }
        }
    }

    private func log(_ report: RelayReport, _ backlog: Backlog, _ logger: Logger) {
        logger.log(
            level: report.busIsFailing ? .warning : .info, "outbox relay",
            metadata: [
                "published": "\(report.published)", "postponed": "\(report.postponed)", "dead": "\(report.dead)",
                "purged": "\(report.purged)", "waiting": "\(backlog.waiting)",
            ])
    }
}

extension RelayReport {
    fileprivate mutating func count(_ sending: OutboxPublisher.Sending) {
        busIsFailing = sending.busIsFailing
        for settlement in sending.settlements {
            switch settlement.verdict {
            case .published: published += 1
            case .again: postponed += 1
            case .dead: dead += 1
            }
        }
    }
}
