import Codecs
import LambdaRuntime
import PostgresClient

extension AuthService {
    /// Runs statements as the caller: one round trip and one transaction, all of them or none.
    ///
    /// - Parameters:
    ///   - demand: what the caller's session must be good for
    ///   - idempotent: the statements may safely run twice, as those that only read
    ///   - work: sees the caller's own rows and no others; must not depend on each other's results
    /// - Returns: what the database knows of the caller, and the results of `work` in their order, from index 0.
    /// - Throws: `Problem.unauthenticated` where the session has ended or the account is not active, and the other
    ///   problems of `DatabaseError.refusal`, in which case nothing has been done; `DatabaseError`.
    func asCaller(
        _ caller: SignedInCaller, _ demand: Entry.Demand = .living, _ context: InvocationContext,
        idempotent: Bool = false, _ work: [SQL]
    ) throws -> (caller: EnteredCaller, results: [QueryResult]) {
        let statements = [Entry.statement(caller, demand, now: now())] + work
        do {
            let results = try database.unitOfWork(deadline: context.deadline, idempotent: idempotent) { connection in
                try connection.pipeline(statements)
            }
            return (try Entry.decode(results[0].only(), caller), Array(results.dropFirst()))
        } catch let error as DatabaseError {
            throw error.refusal ?? error
        }
    }
}
