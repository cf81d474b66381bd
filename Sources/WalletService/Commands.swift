import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension WalletService {
    /// Has a command decided once for ever, in one round trip.
    ///
    /// The caller's session must live: a token is good for minutes after its session was ended.
    ///
    /// - Throws: `Problem` with what the command was refused for; the same one whenever the request is repeated, but for
    ///   401 `unauthenticated`.
    func perform(
        _ command: WalletCommand, _ key: RequestKey, caller: CallerIdentity, asOperator: Bool = false,
        _ context: InvocationContext
    ) throws -> APIResponse {
        let decide = CommandStore.decide(
            command, key, caller: caller.userID, session: caller.sessionID, isOperator: asOperator, now: now())
        do {
            // The key makes it safe to repeat, even where nobody knows what became of the first attempt.
            let answer = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
                try connection.transaction { transaction in
                    try CommandStore.decode(
                        transaction.commit(with: [decide], durability: durability)[0].only())
                }
            }
            if answer.isAnnounced { written.note(key.eventID) }
            return try answer.response()
        } catch let error as DatabaseError {
            throw error.refusal ?? error
        }
    }

    /// The request's `Idempotency-Key`.
    ///
    /// - Throws: `Problem` 400 `idempotency_key_required` or `invalid_idempotency_key`.
    func key(_ request: APIRequest, _ caller: CallerIdentity) throws -> RequestKey {
        guard let name = request.header("idempotency-key") else { throw Problem.idempotencyKeyRequired }
        guard let key = RequestKey(name, caller: caller.userID) else { throw Problem.invalidIdempotencyKey }
        return key
    }

    /// The `{id}` of the path; 404 for what no transaction and no hold is called.
    func subject(_ request: APIRequest) throws -> UUID {
        guard let id = UUID(try request.parameter("id")) else { throw Problem.notFound }
        return id
    }
}

extension JSONValue {
    /// A member that is an amount: whole NWT, one at least.
    func amount(_ name: String) throws(JSONError) -> Int64 {
        try member(name).integer(in: 1...Int64.max)
    }

    /// A member that names a user; nil where it cannot be the name of one.
    func user(_ name: String) throws(JSONError) -> UUID? {
        UUID(try member(name).string(maximumBytes: 128))
    }

    /// The member `creatorId`; 422 where it cannot be a creator's, or is the caller's.
    func creator(except caller: CallerIdentity) throws -> UUID {
        guard let creator = try user("creatorId") else { throw Problem.unknownCreator() }
        guard creator != caller.userID else { throw Problem.selfTransfer("/creatorId") }
        return creator
    }
}
