import AuthKeys
import Codecs
import Cryptography
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// The statements of a change of address (0011_auth_sign_up.sql); the first two are for the caller's batch.
private enum EmailChangeStore {
    static func request(
        _ email: EmailIdentity, confirm: MailToken, cancel: MailToken, now: Timestamp, expiresAt: Timestamp
    ) -> SQL {
        """
        select auth.request_email_change(\(confirm.hash), \(cancel.hash), \(email.canonical), \(email.display),
            \(now), \(expiresAt))
        """
    }

    static func confirm(_ token: MailToken, now: Timestamp) -> SQL {
        "select auth.confirm_email_change(\(token.hash), \(now))"
    }

    static func cancel(_ token: MailToken, now: Timestamp) -> SQL {
        "select auth.cancel_email_change(\(token.hash), \(now))"
    }
}

extension AuthService {
    /// `POST /auth/email/change`: 202; the address stays what it was until the new mailbox has confirmed.
    ///
    /// An address that belongs to another account is answered alike, and can never be confirmed.
    func changeEmail(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let body = try request.json(onlyMembers: ["new_email"])
        let email = try EmailIdentity(json: body.member("new_email"), at: "/new_email")
        let (time, throttle) = (signedIn.time, try ThrottleKeys(currentKeys(context).roots))
        let (caller, turn) = try asCaller(
            signedIn.caller, context, demand: .strong,
            [Throttle.take(MailLimits(throttle, request).mail(to: email), now: time)])
        try Throttle.demandTurn(turn[0].only())
        guard try EmailIdentity(caller.email).canonical != email.canonical else {
            throw Problem.unprocessable("invalid_email", pointer: "/new_email", code: "unchanged")
        }

        let (confirm, cancel) = (try MailToken.random(), try MailToken.random())
        let expiresAt = time.advanced(byMilliseconds: MailTokenLifetime.emailChange)
        let event = try authEvents(signedIn).emailChangeRequested(
            AuthEvents.Subject(caller), newAddress: email.display,
            tokens: .init(confirm: confirm.text, cancel: cancel.text), expiresAt: expiresAt)
        _ = try asCaller(
            signedIn.caller, context, demand: .strong,
            [
                EmailChangeStore.request(email, confirm: confirm, cancel: cancel, now: time, expiresAt: expiresAt),
                OutboxStatement.insert(event), signedIn.entry(.emailChangeRequested).insert,
            ])
        written.note(event.id)
        return .json(status: 202) { answer in
            answer.member("status", "confirmation_sent")
            answer.member("expires_in", MailTokenLifetime.emailChange / 1_000)
        }
    }

    /// `POST /auth/email/change/confirm`: 204.
    ///
    /// The mailbox alone is not enough: with a slip of the pen it is a stranger's, who would have the account. The one
    /// who confirms is signed in to it; without a token that says so 403 `proof_required`, and the link stays good.
    func confirmEmailChange(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let token = try MailToken(json: request.json(onlyMembers: ["token"]).member("token"))
        guard request.header("authorization") != nil else { throw Problem.proofRequired }
        let signedIn = try signedIn(request, context, scope: "profile:write")
        let (time, throttle) = (signedIn.time, try ThrottleKeys(currentKeys(context).roots))
        let owner = try ownerOfToken(token, .emailConfirm, MailLimits(throttle, request), time, context)
        guard owner.user == signedIn.caller.userID, let newEmail = owner.newEmail else { throw Problem.tokenInvalid }

        let event = try authEvents(signedIn).emailChanged(
            AuthEvents.Subject(id: owner.user, locale: owner.locale, address: owner.email), newAddress: newEmail)
        _ = try usingToken {
            try asCaller(
                signedIn.caller, context,
                [
                    EmailChangeStore.confirm(token, now: time), OutboxStatement.insert(event),
                    signedIn.entry(.emailChanged).insert,
                ])
        }
        written.note(event.id)
        return APIResponse()
    }

    /// `POST /auth/email/change/cancel`: 204; with the link in the old mailbox, before the new one has confirmed.
    func cancelEmailChange(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let token = try MailToken(json: request.json(onlyMembers: ["token"]).member("token"))
        let (time, throttle) = (now(), try ThrottleKeys(currentKeys(context).roots))
        let owner = try ownerOfToken(token, .emailCancel, MailLimits(throttle, request), time, context)
        let entry = AuditEntry(
            .emailChangeCancelled, user: owner.user, addressPrefix: ClientAddress(request).prefix,
            requestID: context.requestID, at: time)
        _ = try usingToken {
            try database.unitOfWork(deadline: context.deadline) { connection in
                try connection.pipeline([EmailChangeStore.cancel(token, now: time), entry.insert])
            }
        }
        return APIResponse()
    }
}
