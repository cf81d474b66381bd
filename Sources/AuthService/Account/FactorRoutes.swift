import AuthKeys
import Codecs
import Cryptography
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `GET /auth/mfa/totp`: whether there is a second factor, and how many recovery codes are left.
    func factorState(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:read", recently: true)
        let (_, results) = try asCaller(
            signedIn.caller, context, demand: .strong, idempotent: true, [FactorStore.state])
        let state = try results[0].first.map { try FactorState($0) }
        return APIResponse.json { $0.factorState(state) }
    }

    /// `POST /auth/mfa/totp`: a new seed, shown this once; it counts when a code of it was shown.
    func startFactor(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let roots = try currentKeys(context).roots
        let seed = try SecureRandom.bytes(count: TOTPSeed.byteCount)
        let stored = try FactorStore.StoredSeed(seed, user: signedIn.caller.userID, roots: roots, now: signedIn.time)
        let start = FactorStore.start(stored, now: signedIn.time, signedIn.entry(.totpStarted))
        let (caller, results) = try asCaller(signedIn.caller, context, [start])
        guard !results[0].isEmpty else { throw Problem.conflict }
        return APIResponse.json(status: 201) { answer in
            answer.member("secret", Base32.encode(seed, padded: false))
            answer.member("otpauth_uri", OneTimePasswordURI.text(seed: seed, email: caller.email))
        }
    }

    /// `POST /auth/mfa/totp/confirm`: the first code makes the factor count; the answer has the recovery codes.
    func confirmFactor(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let code = try request.json(onlyMembers: ["code"]).member("code").utf8(maximumBytes: 16)
        let (caller, results) = try asCaller(signedIn.caller, context, idempotent: true, [FactorStore.unconfirmed])
        guard let row = results[0].first else { throw Problem.notFound }
        guard try !row.decode("is_confirmed", as: Bool.self) else { throw Problem.conflict }
        let keys = try currentKeys(context)
        let stored = try FactorStore.decodeSeed(row)
        let seed = try stored.open(user: caller.userID, roots: keys.roots)
        guard let step = TOTP.step(matching: code, key: seed, at: signedIn.time) else {
            throw Problem.unprocessable("invalid_code", pointer: "/code", code: "mismatch")
        }
        let codes = try RecoveryCodeSet(user: caller.userID, roots: keys.roots)
        let event = try authEvents(signedIn).secondFactorAdded(AuthEvents.Subject(caller))
        let confirm = FactorStore.confirm(
            stored.factorID, step: step, session: caller.sessionID, codes: codes.stored, now: signedIn.time,
            signedIn.entry(.totpEnabled), event)
        // Another request has replaced the seed meanwhile, or confirmed it.
        guard try !asCaller(signedIn.caller, context, [confirm]).results[0].isEmpty else { throw Problem.conflict }
        written.note(event.id)
        return codes.response
    }

    /// `DELETE /auth/mfa/totp`: the account has one factor again.
    func removeFactor(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let events = try authEvents(signedIn)
        let remove = FactorStore.remove(signedIn.entry(.totpDisabled))
        try announcing(signedIn, demand: .strong, [FactorStore.lock, remove, FactorStore.password]) { caller, results in
            guard let removed = results[1].first else { throw Problem.notFound }
            guard try removed.decode("was_confirmed") else { return nil }
            let event = try events.secondFactorRemoved(
                AuthEvents.Subject(caller), passwordRetired: results[2].only().decode("password_needs_factor"))
            return (event, [OutboxStatement.insert(event)])
        }
        return APIResponse()
    }

    /// `POST /auth/mfa/recovery-codes`: new ones in the place of all that were given out.
    func replaceRecoveryCodes(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let codes = try RecoveryCodeSet(user: signedIn.caller.userID, roots: currentKeys(context).roots)
        let replace = FactorStore.replaceCodes(codes.stored, signedIn.entry(.recoveryCodesMade))
        let (_, results) = try asCaller(signedIn.caller, context, demand: .strong, [FactorStore.lock, replace])
        guard !results[1].isEmpty else { throw Problem.notFound }
        return codes.response
    }
}
