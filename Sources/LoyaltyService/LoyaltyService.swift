package import Codecs
import LambdaRuntime
package import PostgresClient
package import ServiceKit

/// Rewards readers for the comics they read, and tells them what they earned.
package struct LoyaltyService {
    /// The newest migration that the statements of this service rely on.
    package static let requiredSchema: Int32 = 17

    let database: Database
    let gate: TokenGate
    let written: WrittenEvents
    let durability: Durability
    let now: () -> Timestamp

    /// - Parameters:
    ///   - database: logs in as `nerdwork_loyalty`
    ///   - gate: says who calls a route
    ///   - written: takes note of the events that the service wrote to the outbox
    ///   - durability: when a reward gives up its locks, the treasury's among them
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

    /// The events and routes of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        dispatcher.on(ComicRead.self) { read, event, context in
            try reward(read, event, context)
        }
        dispatcher.onBatch(ComicRead.self) { batch, context in
            reward(batch: batch, context)
        }
        dispatcher.get("/loyalty/me") { request, context in
            try summary(request, context)
        }
        dispatcher.get("/loyalty/me/history") { request, context in
            try history(request, context)
        }
        dispatcher.ready { context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }
}
