import AuthKeys
import Codecs
import JSONWebToken
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `POST /auth/token/refresh`: one round trip; a second one only to end the session of a token that somebody copied.
    ///
    /// A token that was not made here is refused without asking the database.
    func refresh(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let keys = try currentKeys(context)
        guard let token = try shownRefreshToken(request, keys.roots) else { throw Problem.refreshInvalid }
        let moment = now()
        let bucket = try ThrottleKeys(keys.roots).bucket(.refresh, token.sessionID.bytes)
        let row = try database.unitOfWork(deadline: context.deadline) { connection in
            try connection.query(RefreshStatement.use(token, bucket: bucket, now: moment)).only()
        }
        let use = try RefreshedSession(row, token)
        switch use.outcome {
        case .rotated, .replayed: break
        case .throttled: throw Problem.retryAfter(use.waitSeconds)
        case .reused: throw try endReused(token, use, ClientAddress(request), moment, context)
        case .revoked: throw Problem.refreshReused
        case .ended: throw Problem.sessionExpired
        case .unknown: throw Problem.refreshInvalid
        case .ahead:
            context.logger.critical("a refresh token that was never given out has a valid seal: is the key known?")
            throw Problem.refreshInvalid
        }
        guard let signedIn = try use.signedIn(token, keys.roots, SessionClient(request)) else {
            context.logger.critical("a refresh token has a valid seal and no proof: is the key known?")
            throw Problem.refreshInvalid
        }
        return try signedInResponse(signedIn, keys: keys)
    }

    /// The token in the cookie, or of an application in the body; nil where there is none of ours.
    ///
    /// Throws `Problem` 400, 422, and 403 where a foreign page could have sent the cookie along.
    func shownRefreshToken(_ request: APIRequest, _ roots: RootKeys) throws -> RefreshToken? {
        guard request.isNativeClient else {
            try request.requireBrowserProtection(origins: settings.origins)
            _ = try request.body.isEmpty ? nil : request.json(onlyMembers: [])
            guard let text = request.cookie(RefreshToken.cookie) else { return nil }
            return try RefreshToken(text.utf8, roots: roots)
        }
        let body = try request.json(onlyMembers: ["refresh_token"])
        let text = try body.member("refresh_token").string(maximumBytes: 1_024)
        return try RefreshToken(text.utf8, roots: roots)
    }

    /// Ends the session and tells its owner; then 401.
    private func endReused(
        _ token: RefreshToken, _ use: RefreshedSession, _ address: ClientAddress, _ moment: Timestamp,
        _ context: InvocationContext
    ) throws -> Problem {
        let event = try events(moment, context).sessionRevoked(use.subject, reason: "refresh_reuse")
        let entry = AuditEntry(
            .sessionRefreshReused, .refused, user: use.userID, addressPrefix: address.prefix,
            requestID: context.requestID, at: moment)
        do {
            _ = try database.unitOfWork(deadline: context.deadline) { connection in
                try connection.pipeline([
                    RefreshStatement.endReused(token, now: moment), OutboxStatement.insert(event), entry.insert,
                ])
            }
            written.note(event.id)
        } catch let error as DatabaseError where error.isOvertaken {
            // Somebody else has just ended it, and told.
        }
        return .refreshReused
    }
}

extension Problem {
    /// The text is no refresh token of ours.
    static let refreshInvalid = Problem(status: 401, code: "refresh_invalid")
    /// The token has been used before, so that somebody has a copy of it: the session is over.
    static let refreshReused = Problem(status: 401, code: "refresh_reused")
    /// The session is over: too old, not used for too long, signed out, or its account is not active.
    static let sessionExpired = Problem(status: 401, code: "session_expired")
}
