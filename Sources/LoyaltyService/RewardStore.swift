import Codecs
import Ledger
import PostgresClient
import ServiceKit

/// A read that was decided and is to be recorded.
struct DecidedRead {
    let pending: PendingRead
    let reward: Reward
    /// Whether the read makes its day the link to days in a row behind it, which learn of a longer run.
    let lengthensRun: Bool
}

/// The statement that records reads with everything that follows from them; it runs with the commit, in one round trip.
enum RewardStore {
    /// Records the decisions of a round: at most `ReadRounds.maximumReads`, at most one of each reader.
    ///
    /// Gives one row for each, in their order (`decode`). One way for one read and for many, so that they cannot differ.
    ///
    /// - Throws: `PostingError` for a reward that no posting can hold.
    static func record(_ reads: [DecidedRead]) throws -> SQL {
        let fingerprints = try reads.map { try fingerprint(of: $0) }
        return """
            select outcome, points, streak_bonus, streak_days, balance
            from loyalty.record_reads(
                \(reads.map(\.pending.id)), \(reads.map(\.pending.read.time)),
                \(reads.map(\.pending.read.reader.text)), \(reads.map(\.pending.read.comic.text)),
                \(reads.map { $0.pending.read.origin.device ?? "" }),
                \(reads.map { $0.pending.read.origin.address ?? "" }),
                \(reads.map(\.reward.outcome.rawValue)), \(reads.map(\.reward.points)),
                \(reads.map(\.reward.streakBonus)), \(reads.map { Int32($0.reward.streakDays) }),
                \(reads.map(\.lengthensRun)), \(fingerprints),
                \(reads.map { announcement(of: $0.pending.read, id: $0.pending.id) }))
            """
    }

    /// What the ledger knows the reward's posting by; its id for a read that earns nothing, which nobody looks at.
    private static func fingerprint(of decided: DecidedRead) throws -> UUID {
        guard decided.reward.amount > 0 else { return decided.pending.id }
        return try Posting(
            id: decided.pending.id, type: .reward, amount: decided.reward.amount, from: .system(.treasury),
            to: .wallet(owner: decided.pending.read.reader)
        ).fingerprint
    }

    /// The identity of the event that announces the reward.
    static func announcement(of read: ComicRead, id: UUID) -> UUID {
        IdempotentConsumer.identity(
            source: "nerdwork.loyalty", detailType: "RewardGranted", id: id.description, time: read.time)
    }

    /// What was recorded: the decision, or the closed wallet or the block in its place.
    static func decode(_ row: Row, _ pending: PendingRead) throws -> RecordedRead {
        RecordedRead(
            id: pending.id, read: pending.read, reward: try ReaderStore.decodeReward(row),
            balance: try row.decodeIfPresent("balance"))
    }
}
