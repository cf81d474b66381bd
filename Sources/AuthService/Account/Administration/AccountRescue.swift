import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit

/// What administrators do for others that their owners must hear of by mail.
extension AuthService {
    /// `DELETE /admin/users/{id}/mfa`: for somebody who has lost the authenticator and all codes.
    func removeFactors(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context, recently: true)
        let user = try AdministrationQuery.user(request)
        let events = try authEvents(signedIn)
        try rescue(signedIn, user, AdministrationStore.removeFactors(actor, user)) { owner in
            let event = try events.multiFactorChanged(owner, enabled: false)
            return (event, [OutboxStatement.insert(event)])
        }
        return APIResponse()
    }

    /// `POST /admin/users/{id}/force-reset`: the password signs nobody in any more; its owner gets the mail of a reset.
    func forceReset(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context, recently: true)
        let user = try AdministrationQuery.user(request)
        let events = try authEvents(signedIn)
        let token = try MailToken.random()
        let expiresAt = signedIn.time.advanced(byMilliseconds: MailTokenLifetime.reset)
        try rescue(signedIn, user, AdministrationStore.forceReset(actor, user)) { owner in
            let event = try events.passwordResetRequested(owner, token: token.text, expiresAt: expiresAt)
            let put = MailTokenStore.putReset(token, user: user, now: signedIn.time, expiresAt: expiresAt)
            return (event, [put, OutboxStatement.insert(event)])
        }
        return APIResponse()
    }

    /// Works on somebody else's account and announces it, in one transaction and two round trips: only the first tells
    /// whom the event has to reach.
    ///
    /// - Parameters:
    ///   - work: one row with the `email` and the `locale` of the account's owner
    ///   - announcement: the event, and the statements that write it
    func rescue(
        _ signedIn: SignedInRequest, _ user: UUID, _ work: SQL,
        _ announcement: (AuthEvents.Subject) throws -> (event: OutboxEvent, statements: [SQL])
    ) throws {
        do {
            let event = try database.unitOfWork(deadline: signedIn.context.deadline) { connection in
                try connection.transaction { transaction in
                    let results = try transaction.pipeline([Entry.statement(signedIn.caller, now: now()), work])
                    let row = try results[1].only()
                    let owner = AuthEvents.Subject(
                        id: user, locale: try row.decode("locale"), address: try row.decode("email"))
                    let (event, statements) = try announcement(owner)
                    try transaction.commit(with: statements)
                    return event
                }
            }
            written.note(event.id)
        } catch let error as DatabaseError {
            throw error.refusal ?? error
        }
    }
}
