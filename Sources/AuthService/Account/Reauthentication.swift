import AuthKeys
import Codecs
import JSONWebToken
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// A session whose owner has proved once more who they are.
enum Reauthentication {
    /// - Parameter raises: whether it was by the second factor, after which the session has seen both
    static func statement(_ session: UUID, raises: Bool, method: AuthenticationMethod, now: Timestamp) -> SQL {
        """
        update auth.sessions as s
        set authenticated_at = \(now), acr = case when \(raises) then 'aal2' else s.acr end,
            amr = array(select distinct unnest(s.amr || \(method.rawValue)) order by 1)
        from auth.users as u
        where u.user_id = s.user_id and s.user_id = auth.current_user_id() and s.session_id = \(session)
        returning u.role, u.email_display as email, u.display_name, s.acr, s.client, s.expires_at,
            exists (
                select from auth.totp_factors as t where t.user_id = u.user_id and t.confirmed_at is not null
            ) as has_second_factor
        """
    }
}

extension AuthService {
    /// `POST /auth/reauthenticate`: password or code, for a token that tells of it.
    func reauthenticate(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write")
        let body = try request.json(onlyMembers: ["password", "code"])
        switch (body["password"], body["code"]) {
        case (let password?, nil):
            let proof = try provePassword(
                Password(json: password, at: "/password"), signedIn, refusal: .passwordRefused(status: 401))
            return try renew(signedIn, .password, [proof.settlement])
        case (nil, let code?):
            return try reauthenticate(signedIn, code: code.utf8(maximumBytes: 64))
        default:
            throw Problem.unprocessable(pointer: "", code: "one_of")
        }
    }

    private func reauthenticate(_ signedIn: SignedInRequest, code: [UInt8]) throws -> APIResponse {
        let (caller, proof) = try proveCode(code, signedIn)
        var work = proof.accept(caller.userID, now: signedIn.time)
        var method = AuthenticationMethod.oneTimePassword
        var announced: UUID?
        if case .recoveryCode(_, let left) = proof {
            method = .recoveryCode
            let event = try authEvents(signedIn).recoveryCodeUsed(AuthEvents.Subject(caller), remaining: left)
            work += [OutboxStatement.insert(event), signedIn.entry(.recoveryCodeUsed).insert]
            announced = event.id
        }
        do {
            let response = try renew(signedIn, method, work)
            if let announced { written.note(announced) }
            return response
        } catch let problem as Problem where problem == .conflict {
            // Another request was faster with the same code.
            throw Problem.secondFactorFailed
        }
    }

    private func renew(
        _ signedIn: SignedInRequest, _ method: AuthenticationMethod, _ work: [SQL]
    ) throws -> APIResponse {
        let keys = try currentKeys(signedIn.context)
        let session = signedIn.caller.sessionID
        let renew = Reauthentication.statement(
            session, raises: method != .password, method: method, now: signedIn.time)
        let (_, results) = try asCaller(
            signedIn.caller, signedIn.context, work + [renew, signedIn.entry(.reauthenticated).insert])
        let row = try results[work.count].only()
        let renewed = SignedIn(
            person: try SignedInPerson(row, userID: signedIn.caller.userID), sessionID: session,
            level: AuthenticationLevel(rawValue: try row.decode("acr")) ?? .one, authenticatedAt: signedIn.time,
            expiresAt: try row.decode("expires_at"),
            client: SessionClient(rawValue: try row.decode("client")) ?? .web, refreshToken: nil, device: nil)
        return try signedInResponse(renewed, keys: keys)
    }
}

extension Problem {
    /// The password is wrong; 401 where it was all that was asked for, 403 where the token was not enough.
    static func passwordRefused(status: Int) -> Problem {
        Problem(status: status, code: "invalid_credentials")
    }
}
