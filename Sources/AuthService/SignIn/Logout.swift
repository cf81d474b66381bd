import AuthKeys
import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `POST /auth/logout`: ends the session of the refresh token that is shown, and takes the cookie away; 204 as often as
    /// it is asked for.
    ///
    /// Whoever only has an access token ends the session by `DELETE /auth/sessions/{id}`.
    func logout(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let keys = try currentKeys(context)
        let moment = now()
        if let session = try sessionToEnd(request, keys, context) {
            let end = RefreshStatement.end(
                session, addressPrefix: ClientAddress(request).prefix, requestID: context.requestID, now: moment)
            _ = try database.unitOfWork(deadline: context.deadline, idempotent: true) { try $0.query(end) }
        }
        var response = APIResponse(status: 204)
        if !request.isNativeClient { response.cookies.append(SetCookie.clearing(RefreshToken.cookie).text) }
        return response
    }

    /// The session of a token that is ours, however old it is; nil where there is none.
    private func sessionToEnd(
        _ request: APIRequest, _ keys: AuthKeySnapshot, _ context: InvocationContext
    ) throws -> UUID? {
        if request.isNativeClient {
            guard !request.body.isEmpty else { return nil }
            let body = try request.json(onlyMembers: ["refresh_token"])
            guard let text = try body.optional("refresh_token")?.string(maximumBytes: 1_024) else { return nil }
            return try RefreshToken(text.utf8, roots: keys.roots)?.sessionID
        }
        return try shownRefreshToken(request, keys.roots)?.sessionID
    }
}
