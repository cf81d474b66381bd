internal import AWSClient
package import Codecs
package import LambdaRuntime
internal import Logging
internal import Platform
package import PostgresClient

/// Publishes what a function wrote itself, after its response and before the next invocation.
///
/// Nobody waits for it but the next event of the same process, so that its time is short and a bus that fails is left
/// alone for a while. Nothing depends on it: what it does not publish, the relay does.
package final class ResponsePublication {
    /// The longest that claiming and sending after one invocation may take, in milliseconds; booking gets as much.
    package static let budgetMilliseconds: Int64 = 1_500
    /// Longer than the budget, so that nobody else sends what may still be under way.
    package static let leaseMilliseconds: Int64 = 10_000
    /// How long a bus or database that failed is left alone.
    package static let pauseMilliseconds: Int64 = 30_000
    /// Kept before the deadline for the next request for an invocation.
    private static let marginMilliseconds: Int64 = 200

    private let store: OutboxStore
    private let publisher: OutboxPublisher
    private let written: WrittenEvents
    private let now: () -> Timestamp
    private var pausedUntil = Timestamp(millisecondsSince1970: 0)

    package init(
        _ database: Database, _ publisher: OutboxPublisher, _ written: WrittenEvents,
        now: @escaping () -> Timestamp = { SystemClock.now() }
    ) {
        store = OutboxStore(database)
        self.publisher = publisher
        self.written = written
        self.now = now
    }

    /// Publishes the noted events, as far as time and the bus allow.
    ///
    /// Two round trips to the database and one call of `PutEvents`; none of them where nothing was written.
    package func publish(after context: InvocationContext) {
        var events = written.take()
        guard !events.isEmpty, now() >= pausedUntil else { return }
        let limit = min(Self.end(of: context), now().advanced(byMilliseconds: Self.budgetMilliseconds))
        do {
            // An event may wait for an earlier one of its aggregate that was written in the same invocation.
            while !events.isEmpty, now() < limit {
                let claimed = try store.claim(
                    own: events, leaseMilliseconds: Self.leaseMilliseconds, deadline: limit)
                guard !claimed.isEmpty, try publish(claimed, until: limit, context) else { return }
                events.removeAll { id in claimed.contains { $0.id == id } }
            }
        } catch {
            pause(context, "the outbox cannot be used: \(FunctionError(reporting: error).message)")
        }
    }

    /// Sends and settles; false where the bus is failing.
    private func publish(_ claimed: [ClaimedEvent], until limit: Timestamp, _ context: InvocationContext) throws -> Bool
    {
        let call = AWSCall(deadline: limit, traceID: context.traceID, marginMilliseconds: 0)
        let sending = publisher.send(claimed, call, traceID: context.traceID)
        // The calls may have used up the budget, and what the bus has must be booked, or it is sent twice.
        let bookingLimit = now().advanced(byMilliseconds: Self.budgetMilliseconds)
        try store.settle(sending.settlements, deadline: min(Self.end(of: context), bookingLimit))
        OutboxLog.failures(of: sending.settlements, context.logger)
        if sending.busIsFailing { pause(context, "the event bus takes nothing at the moment") }
        return !sending.busIsFailing
    }

    private static func end(of context: InvocationContext) -> Timestamp {
        context.deadline.advanced(byMilliseconds: -marginMilliseconds)
    }

    private func pause(_ context: InvocationContext, _ reason: String) {
        pausedUntil = now().advanced(byMilliseconds: Self.pauseMilliseconds)
        context.logger.warning("publishing is left to the relay: \(reason)")
    }
}

extension ResponsePublication {
    /// Lets the function publish what it notes in the result, where `EVENT_BUS_NAME` says where to.
    ///
    /// Without the variable everything is left to the relay, and nothing is done after a response.
    package static func begin(for environment: RuntimeEnvironment, _ database: Database) -> WrittenEvents {
        guard let bus = try? EventBus(for: environment) else { return WrittenEvents() }
        let written = WrittenEvents(isPublished: true)
        let publication = ResponsePublication(database, OutboxPublisher(bus), written)
        environment.onResponseSent { publication.publish(after: $0) }
        return written
    }
}

@available(*, unavailable)
extension ResponsePublication: Sendable {}
