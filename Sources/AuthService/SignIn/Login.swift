import AuthKeys
import Codecs
import JSONWebToken
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `POST /auth/login`: two round trips and one scrypt, whatever is right or wrong.
    ///
    /// The attempt is counted before the password is hashed, so that a thousand at once are a thousand. Somebody without
    /// account, without password, suspended, waiting for the mail, or locked: all take the same way to the same 401.
    func login(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let keys = try currentKeys(context)
        let login = try LoginRequest(request, roots: keys.roots)
        let attempt = try LoginAttempt(
            email: login.email, origin: login.origin, device: login.device, roots: keys.roots, now: now())
        let vault = passwordVault(keys.roots, context)
        let reserve = attempt.reserve(decoy: try vault.decoy(for: attempt.pseudonym))
        let row = try database.unitOfWork(deadline: context.deadline) { try $0.query(reserve).only() }
        let reserved = try ReservedLogin(row)
        let check = try vault.check(login.password, against: reserved.password, of: reserved.passwordOwner)
        guard case .matches(let needsSealing) = check, reserved.isOpen else {
            throw try refuse(attempt, reserved, context)
        }
        let renewed = needsSealing ? try vault.renewed(reserved.password, login.password, of: reserved.userID) : nil
        let accept = attempt.accept(reserved, renewed: renewed)
        do {
            return reserved.hasSecondFactor
                ? try challenge(attempt, reserved, accept, context)
                : try signIn(attempt, reserved, accept, keys, context)
        } catch let error as DatabaseError where error.isOvertaken {
            throw try refuse(attempt, reserved, context)
        }
    }

    /// Writes down that the attempt failed, and tells the owner where that is due; then 401.
    private func refuse(
        _ attempt: LoginAttempt, _ reserved: ReservedLogin, _ context: InvocationContext
    ) throws -> Problem {
        var statements = [audit(.signIn, .failure, attempt, reserved, context).insert]
        var event: OutboxEvent?
        if reserved.isTold {
            event = try events(attempt.now, context).signInLocked(reserved.subject, until: reserved.lockedUntil)
        }
        if let event { statements.append(OutboxStatement.insert(event)) }
        _ = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        if let event { written.note(event.id) }
        return .invalidCredentials
    }

    private func signIn(
        _ attempt: LoginAttempt, _ reserved: ReservedLogin, _ accept: SQL, _ keys: AuthKeySnapshot,
        _ context: InvocationContext
    ) throws -> APIResponse {
        let opening = try SessionOpening(
            user: reserved.userID, level: .one, methods: [.password], origin: attempt.origin,
            device: reserved.isDeviceTrusted ? attempt.device : nil, roots: keys.roots, now: attempt.now)
        var statements = [accept] + opening.statements
        statements.append(audit(.signIn, .success, attempt, reserved, context).insert)
        let event =
            reserved.isDeviceTrusted ? nil : try newDevice(reserved.subject, attempt.origin, attempt.now, context)
        if let event { statements.append(OutboxStatement.insert(event)) }
        let results = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        if let event { written.note(event.id) }
        return try signedInResponse(opening.signedIn(results[1].only()), keys: keys)
    }

    private func challenge(
        _ attempt: LoginAttempt, _ reserved: ReservedLogin, _ accept: SQL, _ context: InvocationContext
    ) throws -> APIResponse {
        let challenge = try LoginChallenge()
        let entry = audit(.signIn, .success, attempt, reserved, context)
        let open = challenge.open(user: reserved.userID, origin: attempt.origin, now: attempt.now)
        _ = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline([accept, open, entry.insert]) }
        return APIResponse.json { writer in
            writer.member("status", "mfa_required")
            writer.member("mfa_token", challenge.text)
            writer.member("methods", ["totp", "recovery"])
            writer.member("expires_in", LoginChallenge.lifetimeSeconds)
        }
    }

    private func audit(
        _ event: AuditEvent, _ outcome: AuditEntry.Outcome, _ attempt: LoginAttempt, _ reserved: ReservedLogin,
        _ context: InvocationContext
    ) -> AuditEntry {
        AuditEntry(
            event, outcome, user: reserved.userID, addressPrefix: attempt.origin.address.prefix,
            requestID: context.requestID, at: attempt.now)
    }
}

extension AuthService {
    /// The events of this moment; throws 503 where they cannot be sealed.
    func events(_ time: Timestamp, _ context: InvocationContext) throws(Problem) -> AuthEvents {
        AuthEvents(seal: try eventSeal(context), at: time)
    }

    /// The event about a sign-in from a device that was not trusted.
    func newDevice(
        _ subject: AuthEvents.Subject, _ origin: RequestOrigin, _ time: Timestamp, _ context: InvocationContext
    ) throws -> OutboxEvent {
        try events(time, context).newDeviceSignedIn(
            subject, device: origin.deviceName, place: origin.address.prefix)
    }
}

extension Problem {
    /// The address or the password is wrong, or nobody may sign in with them; which one is nobody's business.
    static let invalidCredentials = Problem(
        status: 401, code: "invalid_credentials", detail: "If you have just signed up, confirm your e-mail first.")
}
