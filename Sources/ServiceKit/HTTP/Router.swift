import Codecs
import LambdaEvents
package import LambdaRuntime

/// Answers a request for one route.
package typealias RouteHandler = (_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse

/// The methods that routes may have.
package enum HTTPMethod: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether a request body has a meaning (RFC 9110, section 9.3) unless the route says so.
    var takesBody: Bool { self == .post || self == .put || self == .patch }
}

/// Finds the route of a request and checks what every route would have to check.
struct Router {
    private struct Route {
        let method: HTTPMethod
        let text: String
        let pattern: RoutePattern
        let maximumBodyBytes: Int
        let body: RequestBody
        let takesBody: Bool
        let handler: RouteHandler
    }

    private var routes: [Route] = []
    /// What a request must pass first; nil where the API's own address is the front door.
    var gate: OriginGate?

    /// What has been added, in that order.
    var declarations: [(method: HTTPMethod, pattern: String)] { routes.map { ($0.method, $0.text) } }

    mutating func add(
        _ method: HTTPMethod, _ pattern: String, maximumBodyBytes: Int, body: RequestBody = .json,
        takesBody: Bool? = nil, _ handler: @escaping RouteHandler
    ) {
        routes.append(
            Route(
                method: method, text: pattern, pattern: RoutePattern(pattern), maximumBodyBytes: maximumBodyBytes,
                body: body, takesBody: takesBody ?? method.takesBody, handler: handler))
    }

    /// The route's answer, or the problem why there is none.
    func respond(to event: APIGatewayRequest, _ context: InvocationContext) throws -> APIResponse {
        if let gate { try gate.check(event, context) }
        let path = RoutePath(event.rawPath, stage: event.context.stage)
        let method = event.context.http.method
        var allowed: [HTTPMethod] = []
        for route in routes {
            guard let parameters = route.pattern.match(path) else { continue }
            if method == route.method.rawValue || (method == "HEAD" && route.method == .get) {
                return try respond(to: event, route, parameters, context)
            }
            allowed.append(route.method)
        }
        guard !allowed.isEmpty else { throw Problem.notFound }
        return try refuse(method, allowed: allowed)
    }

    private func respond(
        to event: APIGatewayRequest, _ route: Route, _ parameters: NamedValues, _ context: InvocationContext
    ) throws -> APIResponse {
        let request = APIRequest(
            event, parameters: parameters, body: try body(of: event, route), maximumBodyBytes: route.maximumBodyBytes,
            isFromFrontDoor: gate != nil)
        var response = try route.handler(request, context)
        // HEAD is GET without the content (RFC 9110, section 9.3.2).
        if event.context.http.method == "HEAD" { response.body = [] }
        return response
    }

    /// The body within the route's limit and of the type that it takes.
    private func body(of event: APIGatewayRequest, _ route: Route) throws(Problem) -> [UInt8] {
        guard route.takesBody, let text = event.bodyUTF8, !text.isEmpty else { return [] }
        // Three bytes are four characters of base64, and the padding fills the last four.
        let longest = event.isBase64Encoded ? (route.maximumBodyBytes + 2) / 3 * 4 : route.maximumBodyBytes
        guard text.count <= longest else { throw .bodyTooLarge(limit: route.maximumBodyBytes) }
        guard ContentCoding.isNone(event.headers.field("content-encoding")) else { throw .unsupportedCoding }
        guard let bytes = event.isBase64Encoded ? Base64.decode(text) : text else { throw .invalidBodyEncoding }
        guard bytes.count <= route.maximumBodyBytes else { throw .bodyTooLarge(limit: route.maximumBodyBytes) }
        guard route.body.allows(event.headers.field("content-type")) else { throw route.body.refusal }
        return bytes
    }

    /// 405 with what is allowed; OPTIONS asks for just that (RFC 9110, section 9.3.7).
    private func refuse(_ method: String, allowed: [HTTPMethod]) throws(Problem) -> APIResponse {
        var names = allowed.map(\.rawValue)
        if allowed.contains(.get) { names.append("HEAD") }
        names.append("OPTIONS")
        let allow = names.joined(separator: ", ")
        guard method == "OPTIONS" else { throw .methodNotAllowed(allow: allow) }
        var response = APIResponse(status: 204)
        response.headers.append("allow", allow)
        return response
    }
}
