import AuthKeys
import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// A request whose token is right; whether its session still lives, the database says.
struct SignedInRequest {
    let request: APIRequest
    let context: InvocationContext
    let identity: CallerIdentity
    let time: Timestamp

    var caller: SignedInCaller { SignedInCaller(identity) }

    /// What the audit log tells of this request.
    func entry(_ event: AuditEvent, _ outcome: AuditEntry.Outcome = .success, detail: JSONWriter? = nil) -> AuditEntry {
        AuditEntry(
            event, outcome, user: identity.userID, actor: identity.userID,
            addressPrefix: ClientAddress(request).prefix, requestID: context.requestID, at: time, detail: detail)
    }
}

extension SignedInCaller {
    init(_ identity: CallerIdentity) {
        self.init(userID: identity.userID, sessionID: identity.sessionID)
    }
}

extension AuthService {
    /// Who calls, by a token that was signed with our own keys.
    ///
    /// - Parameters:
    ///   - scope: what the token must allow
    ///   - recently: the caller must have proved who they are a few minutes ago (`CallerIdentity.longestProof`)
    /// - Throws: `Problem` 401 `unauthenticated`, 403 `forbidden` or `step_up_required`, 503 without keys.
    func signedIn(
        _ request: APIRequest, _ context: InvocationContext, scope: String, recently: Bool = false
    ) throws -> SignedInRequest {
        let gate = TokenGate(issuer: settings.issuer, audience: settings.audience, now: now) { context in
            try self.currentKeys(context).published
        }
        let identity = try gate.caller(of: request, context)
        try identity.require(scope: scope)
        let time = now()
        if recently { try identity.requireRecentProof(now: time) }
        return SignedInRequest(request: request, context: context, identity: identity, time: time)
    }

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
        _ caller: SignedInCaller, _ context: InvocationContext, demand: Entry.Demand = .living,
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

    /// An event, and the statements that write it.
    typealias Announcement = (event: OutboxEvent, statements: [SQL])

    /// Works as the caller and announces it, in one transaction and two round trips: only the first tells what the
    /// event has to say, and to whom.
    ///
    /// - Parameters:
    ///   - work: as of `asCaller`
    ///   - announcement: from what the database knows of the caller and the results of `work`; nil where nobody has to
    ///     hear of it. What it throws undoes the work.
    /// - Throws: as `asCaller`.
    func announcing(
        _ signedIn: SignedInRequest, demand: Entry.Demand = .living, _ work: [SQL],
        _ announcement: (EnteredCaller, [QueryResult]) throws -> Announcement?
    ) throws {
        let statements = [Entry.statement(signedIn.caller, demand, now: now())] + work
        do {
            let event = try database.unitOfWork(deadline: signedIn.context.deadline) { connection in
                try connection.transaction { transaction -> OutboxEvent? in
                    let results = try transaction.pipeline(statements)
                    let caller = try Entry.decode(results[0].only(), signedIn.caller)
                    let announcement = try announcement(caller, Array(results.dropFirst()))
                    try transaction.commit(with: announcement?.statements ?? [])
                    return announcement?.event
                }
            }
            if let event { written.note(event.id) }
        } catch let error as DatabaseError {
            throw error.refusal ?? error
        }
    }
}
