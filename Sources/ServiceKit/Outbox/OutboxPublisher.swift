package import AWSClient

/// Sends claimed events to the bus and judges what came of each.
///
/// Touches no database: whoever claimed the events settles them.
package struct OutboxPublisher {
    /// What sending came to.
    package struct Sending: Sendable {
        package var settlements: [Settlement] = []
        /// Whether the bus takes nothing at the moment, so that sending more is of no use.
        package var busIsFailing = false
    }

    /// Told as an event's last error where there was no time left to send it, or no use in it.
    package static let notSent = "NotSent"
    /// An event that no request can hold.
    package static let tooLarge = "EventTooLarge"

    private let bus: EventBus
    private let random: () -> Double

    /// - Parameter random: a number from 0 to 1, for the waits before further attempts
    package init(_ bus: EventBus, random: @escaping () -> Double = { Double.random(in: 0..<1) }) {
        self.bus = bus
        self.random = random
    }

    /// Sends the events in as few calls as `PutEvents` allows.
    ///
    /// - Parameter call: must end before the events' lease does
    /// - Returns: a settlement for each event
    package func send(_ events: [ClaimedEvent], _ call: AWSCall, traceID: String? = nil) -> Sending {
        var sending = Sending()
        let entries = events.map { $0.entry(bus: bus.name, traceID: traceID) }
        for range in EventBatch.ranges(of: entries) {
            send(range.map { (events[$0], entries[$0]) }, call, &sending)
        }
        return sending
    }

    private typealias Outgoing = (event: ClaimedEvent, entry: EventEntry)

    private func send(_ batch: [Outgoing], _ call: AWSCall, _ sending: inout Sending) {
        if sending.busIsFailing {
            sending.settlements += batch.map { Settlement($0.event, .again(code: Self.notSent, afterMilliseconds: 0)) }
            return
        }
        if batch.count == 1, batch[0].entry.countedBytes > EventBatch.maximumBytes {
            return sending.settlements.append(Settlement(batch[0].event, .dead(code: Self.tooLarge)))
        }
        do {
            note(try bus.send(batch.map(\.entry), call), of: batch, &sending)
        } catch {
            note(error, of: batch, call, &sending)
        }
    }

    private func note(_ results: [EventEntryResult], of batch: [Outgoing], _ sending: inout Sending) {
        guard results.count == batch.count else {
            let error = AWSError(.malformedAnswer, mayHaveTakenEffect: true)
            sending.settlements += batch.map { Settlement($0.event, .about(error, $0.event, random: random())) }
            return
        }
        for (outgoing, result) in zip(batch, results) {
            sending.settlements.append(
                Settlement(outgoing.event, .about(result, outgoing.event, random: random())))
        }
        sending.busIsFailing = results.allSatisfy { $0 == .failure(code: "ThrottlingException") }
    }

    private func note(_ error: AWSError, of batch: [Outgoing], _ call: AWSCall, _ sending: inout Sending) {
        // One entry may be what the others suffer from: each gets a call of its own.
        if error.code == .rejected, batch.count > 1 {
            for outgoing in batch { send([outgoing], call, &sending) }
            return
        }
        if error.code == .deadline {
            sending.settlements += batch.map { Settlement($0.event, .again(code: Self.notSent, afterMilliseconds: 0)) }
        } else {
            sending.settlements += batch.map { Settlement($0.event, .about(error, $0.event, random: random())) }
        }
        sending.busIsFailing = error.code != .rejected
    }
}
