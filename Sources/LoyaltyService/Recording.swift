import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit

/// What became of one read of a round.
enum ReadVerdict {
    /// It was recorded now.
    case recorded(RecordedRead)
    /// Its event was decided before; nothing was changed.
    case known(RecordedRead)
    /// It cannot be rewarded; nothing was changed.
    case refused(ComicReadError)
}

extension LoyaltyService {
    /// Decides and records reads of different readers, in one transaction.
    ///
    /// Two round trips: what is known about the readers, then everything that follows with the commit. Safe to repeat,
    /// even when the outcome of an earlier call is unknown: the events' identities see to that.
    ///
    /// - Parameter round: as `ReadRounds.plan` puts reads together
    /// - Returns: a verdict for each, in their order
    /// - Throws: `DatabaseError`; then nothing took effect, or it is unknown whether everything did
    func record(round: [PendingRead], _ context: InvocationContext) throws -> [ReadVerdict] {
        let verdicts = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.transaction { transaction -> [ReadVerdict] in
                let known = try transaction.pipeline([
                    ReaderStore.lock(round.map(\.read.reader)), ReaderStore.states(of: round),
                ])
                let decisions = try Self.decide(round, known[1], now: now())
                let decided = decisions.compactMap(\.decided)
                guard !decided.isEmpty else {
                    // What others have recorded may not be on disk yet: an answer from it waits for a flush as well.
                    try transaction.commit(durability: .earlyRelease)
                    return try Self.verdicts(decisions, [], round)
                }
                let results = try transaction.commit(with: [RewardStore.record(decided)], durability: durability)
                return try Self.verdicts(decisions, Array(results[0]), round)
            }
        }
        for case .recorded(let read) in verdicts where read.reward.amount > 0 {
            written.note(RewardStore.announcement(of: read.read, id: read.id))
        }
        return verdicts
    }

    private enum Decision {
        case record(DecidedRead)
        case answerAgain(RecordedRead)
        case refuse(ComicReadError)

        var decided: DecidedRead? {
            if case .record(let decided) = self { decided } else { nil }
        }
    }

    private static func decide(
        _ round: [PendingRead], _ states: QueryResult, now: Timestamp
    ) throws -> [Decision] {
        guard states.count == round.count else { throw StoredReadUnreadable() }
        return try zip(round, states).map { pending, row in
            let state = try ReaderStore.decodeState(row, id: pending.id)
            do throws(ComicReadError) {
                switch try ReadingDecision.decide(pending.read, state: state, now: now) {
                case .answerAgain(let recorded): return .answerAgain(recorded)
                case .record(let reward):
                    let joins = state.pointsOfDay == nil && state.daysAfter > 0 && reward.outcome != .alreadyCounted
                    return .record(DecidedRead(pending: pending, reward: reward, lengthensRun: joins))
                }
            } catch {
                return .refuse(error)
            }
        }
    }

    /// Puts the rows of what was recorded back to the reads they are about.
    private static func verdicts(
        _ decisions: [Decision], _ rows: [Row], _ round: [PendingRead]
    ) throws -> [ReadVerdict] {
        guard rows.count == decisions.count(where: { $0.decided != nil }) else { throw StoredReadUnreadable() }
        var next = rows.makeIterator()
        var verdicts: [ReadVerdict] = []
        for (decision, pending) in zip(decisions, round) {
            switch decision {
            case .answerAgain(let recorded): verdicts.append(.known(recorded))
            case .refuse(let error): verdicts.append(.refused(error))
            case .record:
                guard let row = next.next() else { throw StoredReadUnreadable() }
                verdicts.append(.recorded(try RewardStore.decode(row, pending)))
            }
        }
        return verdicts
    }
}
