import AuthKeys
import Codecs
import JSONWebToken
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `POST /auth/password/change`: 200 with a new session; every other one ends unless `revoke_others` is false.
    ///
    /// Two hashes: the password of now is compared, the new one is made.
    func changePassword(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let body = try request.json(onlyMembers: ["current_password", "new_password", "revoke_others"])
        let current = try Password(json: body.member("current_password"), at: "/current_password")
        let new = try Password(json: body.member("new_password"), at: "/new_password")
        let endsOthers = try body.optional("revoke_others")?.bool() ?? true
        let keys = try currentKeys(context)
        let proof = try provePassword(
            current, signedIn, demand: .strong, refusal: .passwordRefused(status: 403))
        try demandGoodChange(new, signedIn, proof)

        let user = signedIn.caller.userID
        let sealed = try passwordVault(keys.roots, context).seal(new, for: user)
        // What the session is worth now: the token may be older than the loss of the second factor.
        let level = AuthenticationLevel(rawValue: proof.caller.acr) ?? .one
        let opening = try SessionOpening(
            user: user, level: level, methods: level == .two ? [.password, .oneTimePassword] : [.password],
            origin: RequestOrigin(request), roots: keys.roots, now: signedIn.time)
        let event = try authEvents(signedIn).passwordChanged(AuthEvents.Subject(proof.caller))
        let change: SQL = """
            select auth.change_password(\(sealed.bytes), \(sealed.keyID), \(signedIn.caller.sessionID), \(endsOthers),
                \(signedIn.time))
            """
        let (_, results) = try asCaller(
            signedIn.caller, context, demand: .strong,
            [change] + opening.statements + [
                PasswordNote.note(new, of: user), proof.settlement, OutboxStatement.insert(event),
                signedIn.entry(.passwordChanged).insert,
            ])
        written.note(event.id)
        return try signedInResponse(opening.signedIn(results[1].only()), keys: keys)
    }

    /// Refuses a weak password; the one of now was right all the same, so that its attempt is taken back.
    private func demandGoodChange(_ new: Password, _ signedIn: SignedInRequest, _ proof: PasswordProof) throws {
        do throws(Problem) {
            try demandGood(
                new, hasSecondFactor: proof.caller.hasTOTP, email: proof.caller.email, at: "/new_password",
                signedIn.context)
        } catch {
            _ = try asCaller(signedIn.caller, signedIn.context, [proof.settlement])
            throw error
        }
    }
}
