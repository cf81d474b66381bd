import AuthKeys
import Codecs
import Cryptography
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// A sign-up that a further mail may be about.
private struct PendingSignUp {
    /// Nil where there is none.
    let id: UUID?
    let email: String?
    let locale: String?

    static func find(_ email: EmailIdentity, _ browser: BrowserToken?, now: Timestamp) -> SQL {
        """
        select sign_up, email, locale
        from auth.find_pending_sign_up(\(email.canonical), \(browser?.hash), \(now))
        """
    }

    init(_ row: Row) throws(DatabaseError) {
        id = try row.decodeIfPresent("sign_up")
        email = try row.decodeIfPresent("email")
        locale = try row.decodeIfPresent("locale")
    }

    /// As many bytes as a stored password has.
    static let filling = [UInt8](repeating: 0, count: 128)

    static func renew(
        _ id: UUID, _ email: EmailIdentity, _ token: MailToken, now: Timestamp, expiresAt: Timestamp
    ) -> SQL {
        """
        select auth.renew_sign_up(\(id), \(email.canonical), \(filling), \(token.hash), \(now), \(expiresAt))
        """
    }
}

extension AuthService {
    /// `POST /auth/signup/resend`: 202, whether or not there is a sign-up to send a mail for.
    func resendVerification(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let body = try request.json(onlyMembers: ["email", "signup_token"])
        let email = try EmailIdentity(json: body.member("email"))
        let browser = try BrowserToken(request, member: body.optional("signup_token"), origins: settings.origins)
        let (keys, seal) = (try currentKeys(context), try eventSeal(context))
        let (time, throttle) = (now(), try ThrottleKeys(keys.roots))
        let first = [
            Throttle.take(MailLimits(throttle, request).mail(to: email), now: time),
            PendingSignUp.find(email, browser, now: time),
        ]
        let found = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(first) }
        try Throttle.demandTurn(found[0].only())

        let pending = try PendingSignUp(found[1].only())
        // Made in any case, because that takes time too.
        let nobody = try RandomIdentifier.make(at: time)
        let (id, token) = (pending.id ?? nobody, try MailToken.random())
        let expiresAt = time.advanced(byMilliseconds: MailTokenLifetime.signUp)
        let event = try AuthEvents(seal: seal, at: time).emailVerificationRequested(
            AuthEvents.Subject(id: id, locale: pending.locale ?? LocaleTag.english.text, address: pending.email),
            token: token.text, expiresAt: expiresAt)
        let entry = AuditEntry(
            .signUpRequested, user: throttle.pseudonym(of: email.canonical),
            addressPrefix: ClientAddress(request).prefix, requestID: context.requestID, at: time)
        let second = [
            PendingSignUp.renew(id, email, token, now: time, expiresAt: expiresAt), OutboxStatement.insert(event),
            entry.insert,
        ]
        _ = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(second) }
        written.note(event.id)
        return .mailSent(MailTokenLifetime.signUp)
    }
}

extension APIResponse {
    /// 202, whether or not a mail was sent.
    static func mailSent(_ lifetime: Int64) -> APIResponse {
        .json(status: 202) { answer in
            answer.member("status", "verification_sent")
            answer.member("expires_in", lifetime / 1_000)
        }
    }
}
