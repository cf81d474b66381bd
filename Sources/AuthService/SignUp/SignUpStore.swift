import Codecs
import PostgresClient
import ServiceKit

/// The account of an address, as far as mail may be sent to it; what somebody sees who asks about it never depends on it.
struct AddressOwner: Sendable {
    /// The user, or the pseudonym of an address without account.
    let user: UUID
    /// Whether there is an account.
    let isKnown: Bool
    private let email: String
    private let locale: String
    private let isActive: Bool

    init(_ row: Row) throws(DatabaseError) {
        user = try row.decode("user_id")
        isKnown = try row.decode("is_known")
        email = try row.decode("email")
        locale = try row.decode("locale")
        isActive = try row.decode("is_active")
    }

    /// Whom events are about.
    var subject: AuthEvents.Subject { subject(id: user) }

    /// The same as the subject of a request that has an id of its own.
    func subject(id: UUID) -> AuthEvents.Subject {
        AuthEvents.Subject(id: id, locale: locale, address: email, isWrittenTo: isActive)
    }
}

/// The statements of signing up (0011_auth_sign_up.sql).
enum SignUpStore {
    static func find(_ email: EmailIdentity, pseudonym: UUID) -> SQL {
        "select user_id, email, locale, is_known, is_active from auth.find_address(\(email.canonical), \(pseudonym))"
    }

    /// Throttles, and looks up the address and the idempotency key; one row.
    static func begin(
        _ request: SignUpRequest, pseudonym: UUID, _ key: IdempotencyKey?, _ limits: [CountedLimit], now: Timestamp
    ) -> SQL {
        """
        select wait_ms, known_request, user_id, email, locale, is_known, is_active
        from auth.begin_sign_up(\(request.email.canonical), \(pseudonym), \(key?.hash),
            \(limits.map(\.limit.kind.rawValue)), \(limits.map(\.bucket)), \(limits.map(\.limit.capacity)), \(limits.map(\.limit.refillPerSecond)), \(now))
        """
    }

    /// Keeps the sign-up and the event, or neither; one row, whose `known_request` is null where it was kept.
    static func record(_ signUp: NewSignUp, _ event: OutboxEvent, now: Timestamp) -> SQL {
        let request = signUp.request
        return """
            with recorded as materialized (
                select auth.record_sign_up(\(signUp.id), \(request.email.canonical), \(request.email.display),
                    \(request.name.text), \(request.locale.text), \(signUp.password.bytes), \(signUp.password.keyID),
                    \(signUp.token.hash), \(signUp.browser.hash), \(signUp.key?.hash), \(signUp.record?.bytes),
                    \(now), \(signUp.expiresAt)) as known_request
            ), written as (
                insert into outbox.events (event_id, aggregate, source, detail_type, detail, created_at)
                select \(event.id), \(event.aggregate), \(event.source), \(event.detailType), \(json: event.detail),
                    \(event.createdAt)
                from recorded where known_request is null
            )
            select known_request from recorded
            """
    }
}

/// A sign-up that is about to be kept.
struct NewSignUp {
    let id: UUID
    let request: SignUpRequest
    let password: SealedPassword
    let token: MailToken
    let browser: BrowserToken
    let key: IdempotencyKey?
    /// Nil without a key.
    let record: IdempotencyRecord?
    let expiresAt: Timestamp
}
