import AuthKeys
import Codecs
import Cryptography
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// Secrets in mails (0011_auth_sign_up.sql).
enum MailTokenStore {
    /// What a token is for.
    enum Purpose: String {
        case reset
        case emailConfirm = "email_confirm"
        case emailCancel = "email_cancel"
    }

    /// Keeps the token for a new password; the one before is no good any more.
    ///
    /// - Parameter user: may be the pseudonym of an address without account
    static func putReset(_ token: MailToken, user: UUID, now: Timestamp, expiresAt: Timestamp) -> SQL {
        """
        select auth.put_mail_token(\(Purpose.reset.rawValue), \(user), \(token.hash), null, null, \(now),
            \(expiresAt))
        """
    }

    /// Whose token it is; no row where it is not good.
    static func find(_ purpose: Purpose, _ token: MailToken, now: Timestamp) -> SQL {
        """
        select user_id, email_canonical, email, locale, has_second_factor, new_email
        from auth.find_mail_token(\(purpose.rawValue), \(token.hash), \(now))
        """
    }
}

/// Whom a secret from a mail was sent for.
struct MailTokenOwner: Sendable {
    let user: UUID
    let canonicalEmail: String
    let email: String
    let locale: String
    let hasSecondFactor: Bool
    /// Where the account moves to; nil for other purposes.
    let newEmail: String?

    init(_ row: Row) throws(DatabaseError) {
        user = try row.decode("user_id")
        canonicalEmail = try row.decode("email_canonical")
        email = try row.decode("email")
        locale = try row.decode("locale")
        hasSecondFactor = try row.decode("has_second_factor")
        newEmail = try row.decodeIfPresent("new_email")
    }
}

extension AuthService {
    /// `POST /auth/password/forgot`: 202, whoever the address belongs to; never refused because an account is locked.
    func forgotPassword(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let email = try EmailIdentity(json: request.json(onlyMembers: ["email"]).member("email"))
        let (keys, seal) = (try currentKeys(context), try eventSeal(context))
        let (time, throttle) = (now(), try ThrottleKeys(keys.roots))
        let first = [
            Throttle.take(MailLimits(throttle, request).mail(to: email), now: time),
            SignUpStore.find(email, pseudonym: throttle.pseudonym(of: email.canonical)),
        ]
        let found = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(first) }
        try Throttle.demandTurn(found[0].only())

        let (owner, token) = (try AddressOwner(found[1].only()), try MailToken.random())
        let expiresAt = time.advanced(byMilliseconds: MailTokenLifetime.reset)
        let event = try AuthEvents(seal: seal, at: time).passwordResetRequested(
            owner.subject, token: token.text, expiresAt: expiresAt)
        let entry = AuditEntry(
            .passwordResetRequested, user: owner.user, addressPrefix: ClientAddress(request).prefix,
            requestID: context.requestID, at: time)
        let second = [
            MailTokenStore.putReset(token, user: owner.user, now: time, expiresAt: expiresAt),
            OutboxStatement.insert(event), entry.insert,
        ]
        _ = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(second) }
        written.note(event.id)
        return .json(status: 202) { $0.member("status", "reset_sent") }
    }

    /// `POST /auth/password/reset`: 204 and a new password; nobody is signed in by it, and everybody who was is not.
    func resetPassword(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let body = try request.json(onlyMembers: ["token", "new_password"])
        let token = try MailToken(json: body.member("token"))
        let password = try Password(json: body.member("new_password"), at: "/new_password")
        let (keys, seal, time) = (try currentKeys(context), try eventSeal(context), now())
        let throttle = try ThrottleKeys(keys.roots)
        let owner = try ownerOfToken(token, .reset, MailLimits(throttle, request), time, context)
        try demandGood(
            password, hasSecondFactor: owner.hasSecondFactor, email: owner.canonicalEmail, at: "/new_password", context)

        let sealed = try passwordVault(keys.roots, context).seal(password, for: owner.user)
        let event = try AuthEvents(seal: seal, at: time).passwordChanged(
            AuthEvents.Subject(id: owner.user, locale: owner.locale, address: owner.email))
        let entry = AuditEntry(
            .passwordReset, user: owner.user, addressPrefix: ClientAddress(request).prefix,
            requestID: context.requestID, at: time)
        let kinds = [ThrottleKind.account, .confirmation]
        let buckets = [
            throttle.bucket(.account, Array(owner.canonicalEmail.utf8)),
            throttle.bucket(.confirmation, owner.user.bytes),
        ]
        let statements: [SQL] = [
            """
            select auth.reset_password(\(token.hash), \(sealed.bytes), \(sealed.keyID), \(kinds.map(\.rawValue)),
                \(buckets), \(time))
            """, PasswordNote.note(password, of: owner.user), OutboxStatement.insert(event), entry.insert,
        ]
        _ = try usingToken {
            try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        }
        written.note(event.id)
        return APIResponse()
    }

    /// Whom a shown token was sent for; throws 429, and 400 where it is not good.
    func ownerOfToken(
        _ token: MailToken, _ purpose: MailTokenStore.Purpose, _ limits: MailLimits, _ time: Timestamp,
        _ context: InvocationContext
    ) throws -> MailTokenOwner {
        let statements = [
            Throttle.take(limits.mailedToken, now: time), MailTokenStore.find(purpose, token, now: time),
        ]
        let found = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        try Throttle.demandTurn(found[0].only())
        guard let row = found[1].first else { throw Problem.tokenInvalid }
        return try MailTokenOwner(row)
    }
}
