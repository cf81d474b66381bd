package import Codecs

/// The events that an invocation wrote to the outbox and that are to be published after its response.
///
/// A service tells their ids when its transaction has committed; one that told nothing, or told of events that do not
/// exist, loses nothing: the relay publishes what is left.
package final class WrittenEvents {
    /// More than that in one invocation are left to the relay.
    package static let maximumCount = 50

    private var identifiers: [UUID] = []
    private let isPublished: Bool

    /// - Parameter isPublished: false where the relay publishes everything, so that nothing is noted
    package init(isPublished: Bool = false) {
        self.isPublished = isPublished
    }

    /// Takes note of a committed event.
    package func note(_ event: @autoclosure () -> UUID) {
        guard isPublished, identifiers.count < Self.maximumCount else { return }
        identifiers.append(event())
    }

    /// Hands the ids out, in the order of writing, and forgets them.
    package func take() -> [UUID] {
        defer { identifiers.removeAll(keepingCapacity: true) }
        return identifiers
    }
}

@available(*, unavailable)
extension WrittenEvents: Sendable {}
