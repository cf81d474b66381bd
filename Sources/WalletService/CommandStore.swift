import Codecs
import PostgresClient
import ServiceKit
import StrictJSON

/// The one statement that changes something, beside the code that reads its row.
enum CommandStore {
    /// Fails with NA401 where the session has ended, whatever the token says.
    ///
    /// - Parameters:
    ///   - session: of the caller
    ///   - isOperator: the caller acts as one; the database asks its own tables whether they may
    static func decide(
        _ command: WalletCommand, _ key: RequestKey, caller: UUID, session: UUID, isOperator: Bool, now: Timestamp
    ) -> SQL {
        """
        select status, code, answer::json as answer, announced
        from wallet.decide(\(key.hash), \(command.hash), \(command.operation.rawValue), \(key.resultID),
            \(key.eventID), \(caller), \(session), \(isOperator), \(now), \(command.subject), \(command.other), \(command.amount),
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
