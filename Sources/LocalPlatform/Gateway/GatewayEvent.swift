package import Codecs
package import LambdaEvents
internal import StrictJSON

/// The event that API Gateway makes of a request (payload format 2.0).
///
/// Source: API Gateway developer guide, "Create Lambda proxy integrations for HTTP APIs".
package enum GatewayEvent {
    /// What the gateway knows beside the request itself.
    package struct Circumstances: Sendable {
        package var requestID: String
        package var time: Timestamp
        package var stage: String
        package var stageVariables: NamedValues
        /// Nil where the route asks for no token.
        package var authorizer: APIGatewayRequest.Authorizer?

        package init(
            requestID: String = RequestID.make(), at time: Timestamp, stage: String = "$default",
            stageVariables: NamedValues = [:], authorizer: APIGatewayRequest.Authorizer? = nil
        ) {
            self.requestID = requestID
            self.time = time
            self.stage = stage
            self.stageVariables = stageVariables
            self.authorizer = authorizer
        }
    }

    package static func bytes(
        _ request: GatewayRequest, route: TemplateRoute, parameters: NamedValues, _ circumstances: Circumstances
    ) -> [UInt8] {
        let isText = isText(request.header("content-type"))
        let text = isText ? request.body.flatMap { String(validating: $0, as: UTF8.self) } : nil
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2_048 + (request.body?.count ?? 0))
        APIGatewayRequest(
            context: context(request, route, circumstances), routeKey: route.key, rawPath: request.path,
            rawQueryString: request.query, cookies: cookies(request), headers: headers(request),
            queryStringParameters: query(request), pathParameters: parameters,
            stageVariables: circumstances.stageVariables, body: text ?? request.body.map { Base64.encode($0) },
            isBase64Encoded: request.body != nil && text == nil
        ).writeJSON(to: &bytes)
        return bytes
    }

    private static func context(
        _ request: GatewayRequest, _ route: TemplateRoute, _ circumstances: Circumstances
    ) -> APIGatewayRequest.Context {
        APIGatewayRequest.Context(
            http: APIGatewayRequest.HTTP(
                method: request.method, path: request.path, sourceIP: request.sourceIP,
                userAgent: request.header("user-agent") ?? ""),
            authorizer: circumstances.authorizer,
            accountID: TemplateValues.pseudoParameters["AWS::AccountId"] ?? "", apiID: "local",
            domainName: host, domainPrefix: "local", requestID: circumstances.requestID, routeKey: route.key,
            stage: circumstances.stage, time: CommonLogTime.text(circumstances.time),
            timeEpoch: circumstances.time.millisecondsSince1970)
    }

    private static let host = "local.execute-api.us-east-1.amazonaws.com"

    /// Whether API Gateway hands a body of that type over as text; it does not say which types it takes for text, but
    /// others found out (github.com/ministackorg/ministack/pull/766): a form and a body without a type are none.
    static func isText(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return type.hasPrefix("text/")
            || ["application/json", "application/xml", "application/javascript"].contains(type)
    }

    /// Names in lower case, what came twice with commas, and cookies apart.
    private static func headers(_ request: GatewayRequest) -> NamedValues {
        var pairs: [NamedValues.Pair] = []
        var places: [String: Int] = [:]
        for field in request.headers {
            let name = field.name.lowercased()
            if name == "cookie" { continue }
            if let place = places[name] {
                pairs[place] = NamedValues.Pair(name: name, value: "\(pairs[place].value),\(field.value)")
            } else {
                places[name] = pairs.count
                pairs.append(NamedValues.Pair(name: name, value: field.value))
            }
        }
        if let place = places["x-forwarded-for"] {
            let sofar = pairs[place].value
            pairs[place] = NamedValues.Pair(name: "x-forwarded-for", value: "\(sofar), \(request.sourceIP)")
        } else {
            pairs.append(NamedValues.Pair(name: "x-forwarded-for", value: request.sourceIP))
        }
        for (name, value) in [("host", host), ("x-forwarded-port", "443"), ("x-forwarded-proto", "https")]
        where places[name] == nil { pairs.append(NamedValues.Pair(name: name, value: value)) }
        return NamedValues(pairs)
    }

    private static func cookies(_ request: GatewayRequest) -> [String] {
        request.headers.filter { $0.name.lowercased() == "cookie" }
            .flatMap { $0.value.split(separator: ";").map { String($0.drop { $0 == " " }) } }
    }

    /// Decoded as forms are; what came twice with commas.
    private static func query(_ request: GatewayRequest) -> NamedValues {
        var pairs: [NamedValues.Pair] = []
        for part in request.query.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = text(sides[0])
            let value = sides.count == 2 ? text(sides[1]) : ""
            if let place = pairs.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                pairs[place] = NamedValues.Pair(name: name, value: "\(pairs[place].value),\(value)")
            } else {
                pairs.append(NamedValues.Pair(name: name, value: value))
            }
        }
        return NamedValues(pairs)
    }

    private static func text(_ part: Substring) -> String {
        PercentEncoding.decode(part.utf8, plusIsSpace: true).flatMap { String(validating: $0, as: UTF8.self) }
            ?? String(part)
    }
}
