import AuthKeys
import Codecs
import Cryptography
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `POST /auth/signup`: 202, whoever the address belongs to.
    ///
    /// For each kind of address the same statements, one hash, one row in each table that is written to, and one event
    /// whose sealed part has the same length.
    func signUp(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let wish = try SignUpRequest(request)
        let key = try IdempotencyKey(request)
        try PasswordPolicy().check(
            wish.password, hasSecondFactor: false, email: wish.email.canonical, at: "/password")
        let (keys, seal) = (try currentKeys(context), try eventSeal(context))
        let (time, throttle) = (now(), try ThrottleKeys(keys.roots))
        let limits = MailLimits(throttle, request)
        try demandUnbreached(wish.password, ofStranger: limits, at: "/password", context)
        let begin = SignUpStore.begin(
            wish, pseudonym: throttle.pseudonym(of: wish.email.canonical), key,
            limits.signUp(wish.email), now: time)
        let found = try database.unitOfWork(deadline: context.deadline) { try $0.query(begin).only() }
        if let answer = try repeated(found, wish, keys.roots, request) { return answer }
        try Throttle.demandTurn(found)

        let new = try newSignUp(wish, key, keys.roots, time, context)
        let owner = try AddressOwner(found)
        let event = try Self.event(of: new, owner, AuthEvents(seal: seal, at: time))
        let entry = AuditEntry(
            .signUpRequested, user: owner.user, addressPrefix: ClientAddress(request).prefix,
            requestID: context.requestID, at: time)
        let statements = [SignUpStore.record(new, event, now: time), entry.insert]
        let results = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        if let answer = try repeated(results[0].only(), wish, keys.roots, request) { return answer }
        written.note(event.id)
        return Self.verificationSent(new.browser, request)
    }

    private func newSignUp(
        _ wish: SignUpRequest, _ key: IdempotencyKey?, _ roots: RootKeys, _ time: Timestamp,
        _ context: InvocationContext
    ) throws -> NewSignUp {
        let id = try RandomIdentifier.make(at: time)
        return NewSignUp(
            id: id, request: wish, password: try passwordVault(roots, context).seal(wish.password, for: id),
            token: try .random(), browser: try BrowserToken(signUp: id, keyID: roots.currentID, roots: roots), key: key,
            record: try key.map { _ in
                try IdempotencyRecord(signUp: id, of: wish, keyID: roots.currentID, roots: roots)
            },
            expiresAt: time.advanced(byMilliseconds: MailTokenLifetime.signUp))
    }

    /// A link for a new address, word to its owner for one with an account.
    private static func event(
        of signUp: NewSignUp, _ owner: AddressOwner, _ events: AuthEvents
    ) throws -> OutboxEvent {
        guard owner.isKnown else {
            let subject = AuthEvents.Subject(
                id: signUp.id, locale: signUp.request.locale.text, address: signUp.request.email.display)
            return try events.emailVerificationRequested(
                subject, token: signUp.token.text, expiresAt: signUp.expiresAt)
        }
        return try events.signUpRepeated(
            owner.subject(id: signUp.id), of: owner.user, expiresAt: signUp.expiresAt)
    }

    /// The same answer again, without a second mail, where the row's `known_request` tells of an earlier one; 422 where
    /// something else was asked for under the same key.
    private func repeated(
        _ row: Row, _ wish: SignUpRequest, _ roots: RootKeys, _ request: APIRequest
    ) throws -> APIResponse? {
        let known: [UInt8]? = try row.decodeIfPresent("known_request")
        guard let known else { return nil }
        guard let record = IdempotencyRecord(known), try record.isOf(wish, roots: roots) else {
            throw Problem(status: 422, code: "idempotency_key_reused")
        }
        let browser = try BrowserToken(signUp: record.signUp, keyID: record.keyID, roots: roots)
        return Self.verificationSent(browser, request)
    }

    private static func verificationSent(_ browser: BrowserToken, _ request: APIRequest) -> APIResponse {
        var response = APIResponse.json(status: 202) { answer in
            answer.member("status", "verification_sent")
            answer.member("expires_in", MailTokenLifetime.signUp / 1_000)
            if request.isNativeClient { answer.member("signup_token", browser.text) }
        }
        if !request.isNativeClient { browser.give(to: &response) }
        return response
    }
}
