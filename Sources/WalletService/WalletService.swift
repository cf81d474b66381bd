package import Codecs
import LambdaRuntime
package import PostgresClient
package import ServiceKit

/// What readers hold, give and pay.
package struct WalletService {
    /// The newest migration that the statements of this service rely on.
    package static let requiredSchema: Int32 = 20

    let database: Database
    let gate: TokenGate
    let written: WrittenEvents
    let durability: Durability
    let now: () -> Timestamp

    /// - Parameters:
    ///   - database: logs in as `nerdwork_wallet`
    ///   - gate: says who calls a route
    ///   - written: takes note of the events that the service wrote to the outbox
    ///   - durability: when a posting gives up its locks
    ///   - now: the wall clock
    package init(
        database: Database, gate: TokenGate, written: WrittenEvents = WrittenEvents(),
        durability: Durability = .earlyRelease, now: @escaping () -> Timestamp
    ) {
        self.database = database
        self.gate = gate
        self.written = written
        self.durability = durability
        self.now = now
    }

    /// The routes of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        addReading(to: &dispatcher)
        dispatcher.get("/wallet/proof") { [self] request, context in try proof(request, context) }
        addPayments(to: &dispatcher)
        addHolds(to: &dispatcher)
        dispatcher.ready { context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }
}
