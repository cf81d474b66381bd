internal import Synchronization

/// The events that were put and not yet delivered, of all buses, in the order in which they came.
package final class EventBus: Sendable {
    /// More than that wait only where something puts events without end.
    static let maximumWaiting = 10_000

    private let waiting = Mutex<[BusEvent]>([])

    package init() {}

    /// False when too many wait already.
    func put(_ event: BusEvent) -> Bool {
        waiting.withLock { waiting in
            guard waiting.count < Self.maximumWaiting else { return false }
            waiting.append(event)
            return true
        }
    }

    /// Takes out what waits.
    package func take() -> [BusEvent] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
