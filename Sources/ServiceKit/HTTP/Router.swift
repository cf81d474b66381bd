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

    /// Whether a request body has a meaning (RFC 9110, section 9.3).
    var takesBody: Bool { self == .post || self == .put || self == .patch }
}

/// What a route takes as its request's body.
package enum RequestBody: Sendable {
    /// `application/json`.
    case json
    /// What an HTML form sends: `application/x-www-form-urlencoded` or `multipart/form-data`.
    case form

    func allows(_ contentType: String?) -> Bool {
        switch self {
        case .json: MediaType.isJSON(contentType)
        case .form: MediaType.isForm(contentType)
        }
    }

    /// What the answer to another type says (`accept` as a response field: RFC 9110, section 12.5.1).
    var refusal: Problem {
        switch self {
        case .json: .unsupportedMediaType
        case .form:
            Problem(
                status: 415, code: "unsupported_media_type", detail: "The body must be a form's.",
                headers: ["accept": "application/x-www-form-urlencoded, multipart/form-data"])
        }
    }
}

/// Finds the route of a request and checks what every route would have to check.
struct Router {
    private struct Route {
        let method: HTTPMethod
        let pattern: RoutePattern
        let maximumBodyBytes: Int
        let body: RequestBody
        let handler: RouteHandler
    }

    private var routes: [Route] = []

    mutating func add(
        _ method: HTTPMethod, _ pattern: String, maximumBodyBytes: Int, body: RequestBody = .json,
        _ handler: @escaping RouteHandler
    ) {
        routes.append(
            Route(
                method: method, pattern: RoutePattern(pattern), maximumBodyBytes: maximumBodyBytes, body: body,
                handler: handler))
    }

    /// The route's answer, or the problem why there is none.
    func respond(to event: APIGatewayRequest, _ context: InvocationContext) throws -> APIResponse {
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
            event, parameters: parameters, body: try body(of: event, route), maximumBodyBytes: route.maximumBodyBytes)
        var response = try route.handler(request, context)
        // HEAD is GET without the content (RFC 9110, section 9.3.2).
        if event.context.http.method == "HEAD" { response.body = [] }
        return response
    }

    /// The body within the route's limit and of the type that it takes.
    private func body(of event: APIGatewayRequest, _ route: Route) throws(Problem) -> [UInt8] {
        guard let text = event.bodyUTF8, !text.isEmpty else { return [] }
        // Three bytes are four characters of base64, and the padding fills the last four.
        let longest = event.isBase64Encoded ? (route.maximumBodyBytes + 2) / 3 * 4 : route.maximumBodyBytes
        guard text.count <= longest else { throw .bodyTooLarge(limit: route.maximumBodyBytes) }
        guard route.method.takesBody else { return [] }
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

/// The media types that bodies may have.
enum MediaType {
    /// Whether the field's value is one of the types of HTML forms, whatever its parameters are.
    static func isForm(_ value: String?) -> Bool {
        guard let type = value?.split(separator: ";").first.map(trimmed) else { return false }
        return type.equalsIgnoringASCIICase("application/x-www-form-urlencoded")
            || type.equalsIgnoringASCIICase("multipart/form-data")
    }

    /// Whether the field's value is `application/json`, alone or with the character set UTF-8.
    static func isJSON(_ value: String?) -> Bool {
        guard let value else { return false }
        // What nearly every client sends.
        if value == plain { return true }
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        guard let type = parts.first, type.equalsIgnoringASCIICase("application/json") else { return false }
        return parts.dropFirst().allSatisfy { part in
            part.isEmpty || part.equalsIgnoringASCIICase("charset=utf-8")
                || part.equalsIgnoringASCIICase(#"charset="utf-8""#)
        }
    }

    private static let plain = "application/json"

    private static func trimmed(_ text: Substring) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var bytes = Substring(text).utf8.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(Substring(bytes))
    }
}
