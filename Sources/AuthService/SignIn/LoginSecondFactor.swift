import AuthKeys
import Codecs
import JSONWebToken
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// The body of `POST /auth/login/mfa`.
struct SecondFactorRequest {
    enum Method: String {
        case totp
        case recovery
    }

    let challenge: LoginChallenge?
    let method: Method
    let code: String
    let origin: RequestOrigin
    let device: DeviceToken?

    /// Throws `Problem` 400 and 422, and `AuthKeyError`.
    init(_ request: APIRequest, roots: RootKeys) throws {
        let body = try request.json(onlyMembers: ["mfa_token", "method", "code", "device_name", "device_token"])
        challenge = LoginChallenge(try body.member("mfa_token").string(maximumBytes: 256))
        let name = try body.member("method").string(maximumBytes: 32)
        guard let method = Method.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) }) else {
            throw Problem.unprocessable(pointer: "/method", code: "unknown_value")
        }
        self.method = method
        code = try body.member("code").string(maximumBytes: 64)
        origin = try RequestOrigin(request, deviceName: body.optional("device_name"))
        device = try DeviceToken.shown(by: request, body, roots: roots)
    }
}

extension SecondFactorRequest.Method: CaseIterable {}

/// An attempt with a challenge that may be made.
struct ReservedChallenge {
    let factor: SecondFactor
    let email: String
    let locale: String
    /// What the client called the device when it showed the password.
    let deviceName: String?
    let isDeviceTrusted: Bool
    let codesLeft: Int64

    /// Throws `Problem` 429 `throttled`, and `DatabaseError`.
    init(_ row: Row) throws {
        factor = try SecondFactor(row)
        email = try row.decode("email")
        locale = try row.decode("locale")
        deviceName = try row.decodeIfPresent("device_label")
        isDeviceTrusted = try row.decode("is_device_trusted")
        codesLeft = try row.decode("codes_left")
    }

    var subject: AuthEvents.Subject { AuthEvents.Subject(id: factor.userID, locale: locale, address: email) }
}

extension AuthService {
    /// `POST /auth/login/mfa`: two round trips; five attempts for one challenge, ten for one account.
    func loginWithSecondFactor(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let keys = try currentKeys(context)
        let shown = try SecondFactorRequest(request, roots: keys.roots)
        guard let challenge = shown.challenge else { throw Problem.secondFactorFailed }
        let moment = now()
        let bucket = try ThrottleKeys(keys.roots).bucket(.signIn, shown.origin.address.bucket)
        let rows = try database.unitOfWork(deadline: context.deadline) { connection in
            try connection.query(
                challenge.reserve(origin: shown.origin, device: shown.device, bucket: bucket, now: moment))
        }
        guard let row = rows.first else { throw Problem.secondFactorFailed }
        let reserved = try ReservedChallenge(row)
        guard let proof = try proof(shown, reserved, keys.roots, moment) else {
            throw try refuse(shown, reserved, moment, context)
        }
        do {
            return try signIn(
                shown, reserved, using: [challenge.accept(now: moment)] + proof.accept, proof, keys, moment, context)
        } catch let error as DatabaseError where error.isOvertaken {
            throw try refuse(shown, reserved, moment, context)
        }
    }

    /// How the second factor was shown.
    private struct Proof {
        let accept: [SQL]
        let method: AuthenticationMethod
    }

    private func proof(
        _ shown: SecondFactorRequest, _ reserved: ReservedChallenge, _ roots: RootKeys, _ moment: Timestamp
    ) throws -> Proof? {
        switch shown.method {
        case .totp:
            let step = try reserved.factor.verify(Array(shown.code.utf8), roots: roots, now: moment)
            return step.map { Proof(accept: $0.accept(reserved.factor.userID), method: .oneTimePassword) }
        case .recovery:
            // Whether it is one is for the statement that uses it up to find out, which fails where it is none.
            let code = try ShownRecoveryCode(shown.code, user: reserved.factor.userID, roots: roots)
            return code.map { Proof(accept: [$0.accept(now: moment)], method: .recoveryCode) }
        }
    }

    private func refuse(
        _ shown: SecondFactorRequest, _ reserved: ReservedChallenge, _ moment: Timestamp, _ context: InvocationContext
    ) throws -> Problem {
        let entry = AuditEntry(
            .signInSecondFactor, .failure, user: reserved.factor.userID, addressPrefix: shown.origin.address.prefix,
            requestID: context.requestID, at: moment)
        _ = try database.unitOfWork(deadline: context.deadline) { try $0.query(entry.insert) }
        return .secondFactorFailed
    }

    private func signIn(
        _ shown: SecondFactorRequest, _ reserved: ReservedChallenge, using acceptance: [SQL], _ proof: Proof,
        _ keys: AuthKeySnapshot, _ moment: Timestamp, _ context: InvocationContext
    ) throws -> APIResponse {
        let origin = shown.origin.named(reserved.deviceName)
        let opening = try SessionOpening(
            user: reserved.factor.userID, level: .two, methods: [.password, proof.method], origin: origin,
            device: reserved.isDeviceTrusted ? shown.device : nil, roots: keys.roots, now: moment)
        let entry = AuditEntry(
            .signInSecondFactor, user: reserved.factor.userID, addressPrefix: origin.address.prefix,
            requestID: context.requestID, at: moment)
        // The user's row is locked before the factor's, as everywhere (0010_auth_sign_in.sql).
        var statements = opening.statements + acceptance + [entry.insert]
        var told: [OutboxEvent] = []
        if !reserved.isDeviceTrusted { told.append(try newDevice(reserved.subject, origin, moment, context)) }
        if proof.method == .recoveryCode {
            let left = Int(max(0, reserved.codesLeft - 1))
            told.append(try events(moment, context).recoveryCodeUsed(reserved.subject, remaining: left))
            statements.append(entry.named(.recoveryCodeUsed).insert)
        }
        statements += told.map { OutboxStatement.insert($0) }
        let results = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        for event in told { written.note(event.id) }
        return try signedInResponse(opening.signedIn(results[0].only()), keys: keys)
    }
}

extension Problem {
    /// The challenge is not known or over, or the code is wrong or used; which one is nobody's business.
    static let secondFactorFailed = Problem(status: 401, code: "mfa_failed")
}
