internal import Codecs
internal import LambdaEvents
internal import LocalRuntimeAPI
internal import StrictJSON

/// The event that API Gateway makes of a request (payload format 2.0).
enum GatewayEvent {
    static func bytes(
        _ request: GatewayRequest, route: TemplateRoute, parameters: NamedValues, claims: NamedValues?,
        at time: Timestamp
    ) -> [UInt8] {
        let body = request.body.flatMap { String(validating: $0, as: UTF8.self) }
        var bytes: [UInt8] = []
        APIGatewayRequest(
            context: context(request, route, claims, time), routeKey: route.key, rawPath: request.path,
            rawQueryString: request.query, cookies: cookies(request), headers: headers(request),
            queryStringParameters: query(request), pathParameters: parameters,
            body: body ?? request.body.map { Base64.encode($0) }, isBase64Encoded: request.body != nil && body == nil
        ).writeJSON(to: &bytes)
        return bytes
    }

    private static func context(
        _ request: GatewayRequest, _ route: TemplateRoute, _ claims: NamedValues?, _ time: Timestamp
    ) -> APIGatewayRequest.Context {
        APIGatewayRequest.Context(
            http: APIGatewayRequest.HTTP(
                method: request.method, path: request.path, sourceIP: request.sourceIP,
                userAgent: request.header("user-agent") ?? ""),
            authorizer: claims.map { APIGatewayRequest.Authorizer(claims: $0) },
            accountID: TemplateValues.pseudoParameters["AWS::AccountId"] ?? "", apiID: "local",
            domainName: host, domainPrefix: "local", requestID: LocalInvocation.newRequestID(), routeKey: route.key,
            timeEpoch: time.millisecondsSince1970)
    }

    private static let host = "local.execute-api.us-east-1.amazonaws.com"

    /// Names in lower case, what came twice with commas, and cookies apart.
    private static func headers(_ request: GatewayRequest) -> NamedValues {
        var names: [String] = []
        for header in request.headers.map({ $0.name.lowercased() }) where header != "cookie" && !names.contains(header)
        {
            names.append(header)
        }
        var pairs = names.map { NamedValues.Pair(name: $0, value: request.header($0) ?? "") }
        for (name, value) in [("host", host), ("x-forwarded-for", request.sourceIP), ("x-forwarded-proto", "https")]
        where !names.contains(name) { pairs.append(NamedValues.Pair(name: name, value: value)) }
        return NamedValues(pairs)
    }

    private static func cookies(_ request: GatewayRequest) -> [String] {
        request.headers.filter { $0.name.lowercased() == "cookie" }
            .flatMap { $0.value.split(separator: ";").map { String($0.drop { $0 == " " }) } }
    }

    private static func query(_ request: GatewayRequest) -> NamedValues {
        var pairs: [NamedValues.Pair] = []
        for part in request.query.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append(NamedValues.Pair(name: text(sides[0]), value: sides.count == 2 ? text(sides[1]) : ""))
        }
        return NamedValues(pairs)
    }

    private static func text(_ part: Substring) -> String {
        PercentEncoding.decode(part.utf8).flatMap { String(validating: $0, as: UTF8.self) } ?? String(part)
    }
}
