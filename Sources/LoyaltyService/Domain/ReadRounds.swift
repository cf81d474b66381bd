package import Codecs
import Ledger

/// A read that waits for its decision.
package struct PendingRead: Equatable, Sendable {
    /// The event's identity.
    package let id: UUID
    package let read: ComicRead

    package init(id: UUID, read: ComicRead) {
        self.id = id
        self.read = read
    }
}

/// Which reads of a batch are decided together.
package enum ReadRounds {
    /// The most reads of one round: what the ledger posts in one call.
    package static let maximumReads = 100

    /// Places in `reads`, round by round.
    ///
    /// What a read earns depends on the reader's reads before it, so a round holds no reader twice: the k-th read of each
    /// reader is in the k-th round or later. No identity is in a round twice either; the second copy then meets the first
    /// as what was decided. Within a round places ascend.
    package static func plan(_ reads: [PendingRead]) -> [[Int]] {
        var rounds: [[Int]] = []
        var nextOfReader: [UserID: Int] = [:]
        var nextOfID: [UUID: Int] = [:]
        for (place, pending) in reads.enumerated() {
            let reader = pending.read.reader
            var round = max(nextOfReader[reader] ?? 0, nextOfID[pending.id] ?? 0)
            while round < rounds.count, rounds[round].count >= maximumReads { round += 1 }
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(place)
            nextOfReader[reader] = round + 1
            nextOfID[pending.id] = round + 1
        }
        return rounds
    }
}
