import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension AuthService {
    /// `GET /auth/profile`: the own account; one round trip.
    func profile(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:read")
        let (caller, results) = try asCaller(signedIn.caller, context, idempotent: true, [ProfileStore.select])
        return profileResponse(try ProfileStore.decode(results[0].only(), caller))
    }

    /// `PATCH /auth/profile`: changes name or language of the version that `If-Match` names; one round trip.
    func changeProfile(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:write")
        let change = try ProfileChange(request.json(onlyMembers: ["display_name", "locale"]))
        guard let match = request.ifMatch else { throw Problem.preconditionRequired }
        let update = ProfileStore.update(change, match: match, now: signedIn.time, signedIn.entry(.profileChanged))
        let (caller, results) = try asCaller(signedIn.caller, context, [update])
        // The row is there, or its owner would not have been let in.
        guard let row = results[0].first else { throw Problem.preconditionFailed }
        return profileResponse(try ProfileStore.decode(row, caller))
    }

    private func profileResponse(_ profile: Profile) -> APIResponse {
        var response = APIResponse.json { $0.profile(profile) }
        response.headers.append("etag", IfMatch.tag(version: Int64(profile.version)))
        return response
    }
}
