import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// An account that is to go: nobody can sign in to it, and after a month nothing is left of it.
enum AccountDeletion {
    /// How long an administrator can bring it back, in milliseconds.
    static let delay: Int64 = 30 * 86_400_000

    /// Marks the account of the caller, ends its sessions, and announces it; no row where it is marked already.
    static func statement(at purge: Timestamp, now: Timestamp, _ entry: AuditEntry, _ event: OutboxEvent) -> SQL {
        """
        with marked as (
            update auth.users
            set status = 'deleting', purge_at = \(purge), version = version + 1, updated_at = \(now)
            where user_id = auth.current_user_id() and status = 'active'
            returning user_id
        ), ended as (
            update auth.sessions set revoked_at = \(now), revoke_reason = 'deletion'
            from marked where sessions.user_id = marked.user_id and revoked_at is null
        ), noted as (
            \(audit: entry) where exists (select from marked)
        ), announced as (
            \(announcing: event) where exists (select from marked)
        )
        select user_id from marked
        """
    }
}

extension AuthService {
    /// `DELETE /auth/profile`: needs the password, whatever else the caller has shown.
    func deleteAccount(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write", recently: true)
        let password = try Password(json: request.json(onlyMembers: ["password"]).member("password"), at: "/password")
        let proof = try provePassword(password, signedIn, demand: .strong, refusal: .passwordRefused(status: 403))
        let purgeAt = signedIn.time.advanced(byMilliseconds: AccountDeletion.delay)
        let event = try authEvents(signedIn).accountDeletionRequested(
            AuthEvents.Subject(proof.caller), purgeAt: purgeAt)
        let mark = AccountDeletion.statement(
            at: purgeAt, now: signedIn.time, signedIn.entry(.accountDeletionRequested), event)
        let (_, results) = try asCaller(signedIn.caller, context, demand: .strong, [mark, proof.settlement])
        guard !results[0].isEmpty else { throw Problem.unauthenticated }
        written.note(event.id)
        var response = APIResponse.json(status: 202) { answer in
            answer.member("status", "deleting")
            answer.member("purge_at", RFC3339.format(purgeAt))
        }
        response.cookies.append(SetCookie.clearing(RefreshToken.cookie).text)
        return response
    }
}
