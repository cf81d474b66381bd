import Codecs
import LambdaEvents
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit
import StrictJSON

extension LoyaltyService {
    /// Rewards one read, once, and answers the same for every delivery of its event.
    ///
    /// - Throws: `FunctionError` named as in `ComicReadError.Code`, which no retry will mend, and `DatabaseError`.
    func reward(_ read: ComicRead, _ event: EventBridgeEvent, _ context: InvocationContext) throws -> JSONWriter {
        do {
            let recorded = try record(read, event, context)
            return answer(recorded)
        } catch let error as ComicReadError {
            throw FunctionError(type: error.code.rawValue, message: error.code.message)
        }
    }

    /// Two round trips: what is known about the reader, then everything that follows with the commit.
    private func record(
        _ read: ComicRead, _ event: EventBridgeEvent, _ context: InvocationContext
    ) throws -> RecordedRead {
        let id = IdempotentConsumer.identity(of: event)
        // The event's own identity makes the whole unit safe to repeat, even when its outcome is unknown.
        let (recorded, isNew) = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.transaction { transaction -> (RecordedRead, Bool) in
                let known = try transaction.pipeline([
                    ReaderStore.lock(read.reader), ReaderStore.state(of: read, id: id),
                ])
                let state = try ReaderStore.decodeState(known[1].only(), id: id)
                switch try ReadingDecision.decide(read, state: state, now: now()) {
                case .answerAgain(let recorded):
                    context.logger.info("this event was handled before", metadata: ["readId": "\(id)"])
                    return (recorded, false)
                case .record(let reward):
                    let statements = try RewardStore.record(reward, for: read, id: id, state: state)
                    let results = try transaction.commit(with: statements)
                    return (try RewardStore.decode(results[0].only(), read: read, id: id), true)
                }
            }
        }
        if isNew, recorded.reward.amount > 0 { written.note(RewardStore.announcement(of: read, id: id)) }
        return recorded
    }

    private func answer(_ recorded: RecordedRead) -> JSONWriter {
        JSONWriter.object { $0.recordedRead(recorded) }
    }
}

extension JSONObjectWriter {
    /// A read with what it earned, as event answers and the history show it.
    mutating func recordedRead(_ recorded: RecordedRead) {
        let reward = recorded.reward
        member("readId", recorded.id.description)
        member("comicId", recorded.read.comic.text)
        member("readAt", recorded.read.time.millisecondsSince1970)
        member("outcome", reward.outcome.name)
        member("points", reward.points)
        member("streakBonus", reward.streakBonus)
        member("streakDays", reward.streakDays)
        optional("balance", recorded.balance)
    }
}
