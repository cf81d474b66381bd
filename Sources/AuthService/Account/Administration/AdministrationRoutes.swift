import Codecs
import JSONWebToken
import LambdaEvents
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    func addAdministration(to dispatcher: inout EventDispatcher) {
        dispatcher.get("/admin/users") { [self] request, context in try listUsers(request, context) }
        dispatcher.get("/admin/users/{id}") { [self] request, context in try showUser(request, context) }
        dispatcher.patch("/admin/users/{id}") { [self] request, context in try changeUser(request, context) }
        dispatcher.post("/admin/users/{id}/revoke-sessions") { [self] request, context in
            try revokeSessionsOfUser(request, context)
        }
        dispatcher.post("/admin/users/{id}/force-reset") { [self] request, context in
            try forceReset(request, context)
        }
        dispatcher.delete("/admin/users/{id}/mfa") { [self] request, context in try removeFactors(request, context) }
        dispatcher.get("/admin/audit") { [self] request, context in try auditLog(request, context) }
    }

    /// An administrator who has signed in with two factors, as the token says; the database asks its own tables.
    ///
    /// - Parameter recently: it must have been a few minutes ago (`CallerIdentity.longestProof`): for what changes somebody's account
    /// - Throws: `Problem` 403 `forbidden`, `insufficient_aal` or `step_up_required`, and what `signedIn` throws.
    func administrator(
        _ request: APIRequest, _ context: InvocationContext, recently: Bool = false
    ) throws -> (signedIn: SignedInRequest, actor: AdministrationStore.Actor) {
        let signedIn = try signedIn(request, context, scope: "profile:read")
        do throws(Problem) {
            try signedIn.identity.requireAdministrator()
            if recently { try signedIn.identity.requireRecentProof(now: signedIn.time) }
        } catch {
            // Nothing was done that the audit log could tell of, but somebody should be able to see it (ASVS 5.0, 16.3.2).
            context.logger.notice(
                "an administrator's route was refused",
                metadata: ["userId": "\(signedIn.caller.userID)", "code": "\(error.code)"])
            throw error
        }
        let actor = AdministrationStore.Actor(
            caller: signedIn.caller, time: signedIn.time, addressPrefix: ClientAddress(request).prefix,
            requestID: context.requestID)
        return (signedIn, actor)
    }

    /// `GET /admin/users?limit=&cursor=&status=&role=&email=`: the newest first.
    private func listUsers(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context)
        let page = try request.page(keyCount: 3)
        let list = AdministrationStore.users(
            actor, try AdministrationQuery.filter(request), after: try page.cursor.map { try ListPosition($0) },
            limit: page.limit + 1)
        let found = try asCaller(signedIn.caller, context, [list]).results[0].map { try AccountOverview($0) }
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last.map { $0.position.cursor.text } : nil
        return APIResponse.json { answer in
            answer.array("items") { items in
                for account in shown { items.object { $0.accountOverview(account) } }
            }
            answer.optional("next_cursor", next)
        }
    }

    private func showUser(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context)
        let show = AdministrationStore.user(actor, try AdministrationQuery.user(request))
        return try overview(asCaller(signedIn.caller, context, [show]).results[0])
    }

    /// `PATCH /admin/users/{id}`: role and status; both end the sessions of the account.
    private func changeUser(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context, recently: true)
        let user = try AdministrationQuery.user(request)
        let body = try request.json(onlyMembers: ["role", "status"])
        let role = try AdministrationQuery.word("role", of: AdministrationQuery.roles, in: body)
        let status = try AdministrationQuery.word("status", of: AdministrationQuery.givenStatuses, in: body)
        guard role != nil || status != nil else { throw Problem.unprocessable(pointer: "", code: "empty") }
        let change = AdministrationStore.change(actor, user, role: role, status: status)
        return try overview(asCaller(signedIn.caller, context, [change]).results[0])
    }

    private func overview(_ result: QueryResult) throws -> APIResponse {
        let account = try AccountOverview(result.only())
        return APIResponse.json { $0.accountOverview(account) }
    }

    private func revokeSessionsOfUser(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context, recently: true)
        let revoke = AdministrationStore.revokeSessions(actor, try AdministrationQuery.user(request))
        _ = try asCaller(signedIn.caller, context, [revoke])
        return APIResponse()
    }

    /// `GET /admin/audit?limit=&cursor=&user=&actor=&event=`: the newest first.
    private func auditLog(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let (signedIn, actor) = try administrator(request, context)
        let page = try request.page()
        let list = AuditStore.page(
            actor, try AdministrationQuery.auditFilter(request), after: page.cursor?.keys.first, limit: page.limit + 1)
        let found = try asCaller(signedIn.caller, context, [list]).results[0].map { try AuditStore.decode($0) }
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last.map { Cursor([$0.id]).text } : nil
        return try APIResponse.json { answer in
            try answer.array("items") { items in
                for entry in shown { try items.object { try $0.auditEntry(entry) } }
            }
            answer.optional("next_cursor", next)
        }
    }
}

extension AccountOverview {
    fileprivate var position: ListPosition { ListPosition(time: createdAt, id: userID) }
}
