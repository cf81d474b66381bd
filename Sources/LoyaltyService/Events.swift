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
        let pending = PendingRead(id: IdempotentConsumer.identity(of: event), read: read)
        let verdicts = try record(round: [pending], context)
        guard let verdict = verdicts.first else { throw StoredReadUnreadable() }
        switch verdict {
        case .recorded(let recorded): return answer(recorded)
        case .known(let recorded):
            context.logger.info("this event was handled before", metadata: ["readId": "\(pending.id)"])
            return answer(recorded)
        case .refused(let error): throw error.reported
        }
    }

    private func answer(_ recorded: RecordedRead) -> JSONWriter {
        JSONWriter.object { $0.recordedRead(recorded) }
    }
}

extension ComicReadError {
    /// The function error under this code.
    var reported: FunctionError { FunctionError(type: code.rawValue, message: code.message) }
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
