internal import LocalRuntimeAPI

/// The events that were put and not yet delivered, of all buses, in the order in which they came.
package final class EventBus: Sendable {
    /// More than that wait only where something puts events without end.
    package static let maximumWaiting = 10_000

    private let waiting = Monitor<[BusEvent]>([])

    package init() {}

    /// False when too many wait already.
    package func put(_ event: BusEvent) -> Bool {
        waiting.withState { waiting in
            guard waiting.count < Self.maximumWaiting else { return false }
            waiting.append(event)
            return true
        }
    }

    /// What waits, without taking it out.
    package var events: [BusEvent] { waiting.withState { $0 } }

    /// Takes out what waits, the earliest first.
    package func take() -> [BusEvent] {
        waiting.withState { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    /// The first events, once there are any; none when the time is up.
    ///
    /// They stay on the bus until `remove`, so that each is always somewhere. For one reader at a time.
    package func first(_ count: Int, waitingMilliseconds: Int64) -> [BusEvent] {
        waiting.wait(milliseconds: waitingMilliseconds) { $0.isEmpty ? nil : Array($0.prefix(count)) } ?? []
    }

    /// Takes out the first events, which somebody else has now.
    package func remove(_ count: Int) {
        waiting.withState { $0.removeFirst(min(count, $0.count)) }
    }
}
