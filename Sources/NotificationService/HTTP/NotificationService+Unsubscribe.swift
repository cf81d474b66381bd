import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit

extension NotificationService {
    /// The link in optional mail: mail programs post to it (RFC 8058), people open it and find a button.
    func addUnsubscribing(to dispatcher: inout EventDispatcher) {
        let path = "/notifications/unsubscribe/{token}"
        // Programs that look at links before people do must change nothing, so the page is the same for every token.
        dispatcher.get(path) { _, _ in UnsubscribePage.response }
        dispatcher.route(.post, path, maximumBodyBytes: OneClick.maximumBytes, body: .form) { [self] request, context in
            try unsubscribe(request, context)
        }
    }

    /// Stops optional mail to the address that the token proves; 200 and nothing else.
    private func unsubscribe(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        guard OneClick.isAsked(request.body, contentType: request.header("content-type")) else {
            throw Problem(
                status: 400, code: "invalid_member", detail: "The body must be List-Unsubscribe=One-Click.")
        }
        let keys: NotificationKeys
        do {
            keys = try secrets.keys(context)
        } catch {
            throw Problem.unavailable
        }
        guard let hash = keys.addressHash(inToken: try request.parameter("token")) else { throw Problem.notFound }
        try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            _ = try connection.execute(DeliveryStore.suppress(hash, .unsubscribed, until: nil))
        }
        context.logger.info("an address gets no optional mail any more")
        return APIResponse(status: 200)
    }
}
