import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// What the token of a mail is about.
private struct FoundSignUp {
    let id: UUID
    let email: String
    let name: String
    let locale: String
    let password: SealedPassword
    let browserHash: [UInt8]?

    static func find(_ token: MailToken, now: Timestamp) -> SQL {
        """
        select sign_up, email, display_name, locale, password_sealed, password_key, browser_hash
        from auth.find_sign_up(\(token.hash), \(now))
        """
    }

    init(_ row: Row) throws(DatabaseError) {
        id = try row.decode("sign_up")
        email = try row.decode("email")
        name = try row.decode("display_name")
        locale = try row.decode("locale")
        password = SealedPassword(
            bytes: try row.decode("password_sealed"), keyID: try row.decode("password_key"))
        browserHash = try row.decodeIfPresent("browser_hash")
    }
}

extension AuthService {
    /// `POST /auth/verify-email`: makes a sign-up an account and signs its owner in.
    ///
    /// The mailbox alone is not enough: somebody else may have signed up with the address and a password of their own
    /// (Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX Security 2022). Nor is the token used up before the
    /// password or the browser has shown who chose it.
    func verifyEmail(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let body = try request.json(onlyMembers: ["token", "password", "signup_token"])
        let token = try MailToken(json: body.member("token"))
        let password = try body.optional("password").map { try Password(json: $0, at: "/password") }
        let browser = try BrowserToken(request, member: body.optional("signup_token"), origins: settings.origins)
        let (keys, seal, time) = (try currentKeys(context), try eventSeal(context), now())
        let signUp = try find(token, request, keys.roots, time, context)
        guard try isProven(signUp, browser, password, keys.roots, context) else { throw Problem.proofRequired }

        let opening = try SessionOpening(
            user: signUp.id, level: .one, methods: [.password], origin: RequestOrigin(request), roots: keys.roots,
            now: time)
        let event = try AuthEvents(seal: seal, at: time).userSignedUp(
            AuthEvents.Subject(id: signUp.id, locale: signUp.locale, address: signUp.email), name: signUp.name)
        let entry = AuditEntry(
            .signUpVerified, user: signUp.id, actor: signUp.id, addressPrefix: ClientAddress(request).prefix,
            requestID: context.requestID, at: time)
        let results = try usingToken {
            try database.unitOfWork(deadline: context.deadline) { connection in
                try connection.pipeline(
                    ["select auth.complete_sign_up(\(token.hash), \(time))"] + opening.statements
                        + [OutboxStatement.insert(event), entry.insert])
            }
        }
        written.note(event.id)
        var response = try signedInResponse(opening.signedIn(results[1].only()), keys: keys)
        if opening.origin.client == .web { response.cookies.append(SetCookie.clearing(BrowserToken.cookie).text) }
        return response
    }

    private func find(
        _ token: MailToken, _ request: APIRequest, _ roots: RootKeys, _ time: Timestamp, _ context: InvocationContext
    ) throws -> FoundSignUp {
        let statements = [
            Throttle.take(MailLimits(try ThrottleKeys(roots), request).mailedToken, now: time),
            FoundSignUp.find(token, now: time),
        ]
        let found = try database.unitOfWork(deadline: context.deadline) { try $0.pipeline(statements) }
        try Throttle.demandTurn(found[0].only())
        guard let row = found[1].first else { throw Problem.tokenInvalid }
        return try FoundSignUp(row)
    }

    private func isProven(
        _ signUp: FoundSignUp, _ browser: BrowserToken?, _ password: Password?, _ roots: RootKeys,
        _ context: InvocationContext
    ) throws -> Bool {
        if let browser, let hash = signUp.browserHash, ConstantTime.areEqual(browser.hash, hash) { return true }
        guard let password else { return false }
        return try passwordVault(roots, context).check(password, against: signUp.password, of: signUp.id) != .differs
    }

    /// Runs what uses a token up; throws 400 `token_invalid` where the database says that it is not good any more.
    func usingToken<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as DatabaseError where error.sqlState == "NA400" {
            throw Problem.tokenInvalid
        }
    }
}
