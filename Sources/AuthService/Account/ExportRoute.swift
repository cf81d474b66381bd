import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit

extension AuthService {
    /// `GET /auth/profile/export`: everything about the caller, as a file; one round trip.
    func export(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let signedIn = try signedIn(request, context, scope: "profile:read", recently: true)
        let (_, results) = try asCaller(
            signedIn.caller, context, demand: .strong, [ExportStore.document, signedIn.entry(.accountExported).insert])
        var response = APIResponse(status: 200)
        response.contentType = "application/json"
        response.headers.append("content-disposition", #"attachment; filename="nerdwork-account.json""#)
        response.body = try results[0].only().decode("document")
        return response
    }
}
