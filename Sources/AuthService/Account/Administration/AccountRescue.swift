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
        try rescue(signedIn, user, AdministrationStore.removeFactors(actor, user)) { owner, row in
            let event = try events.secondFactorRemoved(
                owner, passwordRetired: row.decode("password_needs_factor"))
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
        try rescue(signedIn, user, AdministrationStore.forceReset(actor, user)) { owner, _ in
            let event = try events.passwordResetRequested(owner, token: token.text, expiresAt: expiresAt)
            let put = MailTokenStore.putReset(token, user: user, now: signedIn.time, expiresAt: expiresAt)
            return (event, [put, OutboxStatement.insert(event)])
        }
        return APIResponse()
    }

    /// Works on somebody else's account and announces it.
    ///
    /// - Parameters:
    ///   - work: one row with the `email` and the `locale` of the account's owner
    ///   - announcement: the event, and the statements that write it; from the owner and that row
    private func rescue(
        _ signedIn: SignedInRequest, _ user: UUID, _ work: SQL,
        _ announcement: (AuthEvents.Subject, Row) throws -> Announcement
    ) throws {
        try announcing(signedIn, [work]) { _, results in
            let row = try results[0].only()
            let owner = AuthEvents.Subject(id: user, locale: try row.decode("locale"), address: try row.decode("email"))
            return try announcement(owner, row)
        }
    }
}
