import Synchronization

/// What many threads were answered.
final class Statuses: Sendable {
    private let found = Mutex<[Int64]>([])

    func add(_ status: Int64) { found.withLock { $0.append(status) } }

    var all: [Int64] { found.withLock { $0 } }
}
