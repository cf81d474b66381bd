import Codecs
import LambdaRuntime
import PostgresClient

extension AuthService {
    /// Runs statements as the caller: one round trip and one transaction, all of them or none.
    ///
    /// - Parameters:
    ///   - idempotent: the statements may safely run twice, as those that only read
    ///   - work: sees the caller's own rows and no others; must not depend on each other's results
    /// - Returns: what the database knows of the caller, and the results of `work` in their order.
    /// - Throws: `Problem.unauthenticated` where the session has ended or the account is not active, in which case
    ///   nothing has been done; `DatabaseError`.
    func asCaller(
        _ caller: SignedInCaller, _ context: InvocationContext, idempotent: Bool = false, _ work: [SQL]
    ) throws -> (caller: EnteredCaller, results: ArraySlice<QueryResult>) {
        let statements = [Entry.statement(caller, now: now())] + work
        do {
            let results = try database.unitOfWork(deadline: context.deadline, idempotent: idempotent) { connection in
                try connection.pipeline(statements)
            }
            return (try Entry.decode(results[0].only(), caller), results.dropFirst())
        } catch let error as DatabaseError {
            throw error.refusal ?? error
        }
    }
}
