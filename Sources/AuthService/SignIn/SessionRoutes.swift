import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `GET /auth/sessions?limit=&cursor=`: the caller's sessions that live, newest first.
    func sessions(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:read")
        let page = try request.page(keyCount: 3)
        // One row more than asked for tells whether there is a next page.
        let statement = SessionStore.page(
            after: try page.cursor.map { try ListPosition($0) }, limit: page.limit + 1, now: signedIn.time)
        let rows = try asCaller(signedIn.caller, context, idempotent: true, [statement]).results[0]
        let sessions = try rows.map { try SessionStore.decode($0) }
        let shown = sessions.prefix(page.limit)
        let next = sessions.count > page.limit ? shown.last.map { $0.position.cursor.text } : nil
        let current = signedIn.caller.sessionID
        return APIResponse.json { writer in
            writer.array("items") { list in
                for session in shown { list.object { $0.session(session, isCurrent: session.id == current) } }
            }
            writer.optional("next_cursor", next)
        }
    }

    /// `DELETE /auth/sessions/{id}`: ends one of the caller's sessions; 404 where it is none.
    func endSession(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write")
        guard let session = UUID(try request.parameter("id")) else { throw Problem.notFound }
        // The entry stands there also where nothing was ended: that somebody asked is worth knowing.
        let work = [SessionStore.end(session, now: signedIn.time), signedIn.entry(.sessionRevoked).insert]
        guard try !asCaller(signedIn.caller, context, work).results[0].isEmpty else { throw Problem.notFound }
        return APIResponse(status: 204)
    }

    /// `DELETE /auth/sessions`: ends all of the caller's sessions, this one too.
    func endSessions(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let work = [SessionStore.endAll(now: signedIn.time), signedIn.entry(.sessionsRevoked).insert]
        _ = try asCaller(signedIn.caller, context, work)
        var response = APIResponse(status: 204)
        if !request.isNativeClient { response.cookies.append(SetCookie.clearing(RefreshToken.cookie).text) }
        return response
    }
}

extension JSONObjectWriter {
    fileprivate mutating func session(_ session: SessionStore.Listed, isCurrent: Bool) {
        member("id", session.id.description)
        member("current", isCurrent)
        member("created_at", RFC3339.format(session.createdAt))
        member("last_seen_at", RFC3339.format(session.lastSeenAt))
        member("device", session.device)
        member("ip_prefix", session.addressPrefix)
        member("acr", session.acr)
    }
}
