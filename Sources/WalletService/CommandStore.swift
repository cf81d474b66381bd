import Codecs
import PostgresClient
import ServiceKit
import StrictJSON

/// The one statement that changes something, beside the code that reads its row.
enum CommandStore {
    /// - Parameter session: of an operator; nil for everybody else
    static func transact(
        _ command: WalletCommand, _ key: RequestKey, caller: UUID, session: UUID?, now: Timestamp
    ) -> SQL {
        """
        select status, code, answer::json as answer, announced
        from wallet.transact(\(key.hash), \(command.hash), \(command.operation.rawValue), \(key.resultID),
            \(key.eventID), \(caller), \(session), \(now), \(command.subject), \(command.other), \(command.amount),
            \(command.text), \(command.seconds))
        """
    }

    static func decode(_ row: Row) throws -> CommandAnswer {
        CommandAnswer(
            status: Int(try row.decode("status", as: Int16.self)), code: try row.decode("code"),
            body: try JSONDocument(parsing: try row.decode("answer", as: String.self)).root,
            isAnnounced: try row.decode("announced"))
    }
}
