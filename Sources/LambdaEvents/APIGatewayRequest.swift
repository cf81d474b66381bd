package import StrictJSON

/// A request to an API Gateway HTTP API, payload format 2.0.
///
/// Source: API Gateway developer guide, "Create Lambda proxy integrations for HTTP APIs", payload format structure.
package struct APIGatewayRequest: EqualAsWritten, Sendable {
    /// What the gateway knows about the request.
    package let context: Context
    /// With the stage in front, where the stage is not `$default`.
    package let rawPath: String
    /// Names in lower case; a field that came twice is one value with commas.
    package let headers: NamedValues
    package let queryStringParameters: NamedValues
    package let pathParameters: NamedValues
    package let stageVariables: NamedValues
    package let isBase64Encoded: Bool
    private let texts: NamedValues
    private let cookieTexts: EventTexts
    private let bodyText: EventText?

    package var routeKey: String { texts["routeKey"] ?? "$default" }
    package var rawQueryString: String { texts["rawQueryString"] ?? "" }
    package var cookies: [String] { cookieTexts.texts }
    package var body: String? { bodyText?.text }
    /// The UTF-8 of `body`, base64 not undone.
    package var bodyUTF8: [UInt8]? { bodyText?.utf8 }

    package init(
        context: Context, routeKey: String = "$default", rawPath: String, rawQueryString: String = "",
        cookies: [String] = [], headers: NamedValues = [:], queryStringParameters: NamedValues = [:],
        pathParameters: NamedValues = [:], stageVariables: NamedValues = [:], body: String? = nil,
        isBase64Encoded: Bool = false
    ) {
        self.context = context
        self.rawPath = rawPath
        texts = ["routeKey": routeKey, "rawQueryString": rawQueryString]
        cookieTexts = .texts(cookies)
        self.headers = headers
        self.queryStringParameters = queryStringParameters
        self.pathParameters = pathParameters
        self.stageVariables = stageVariables
        bodyText = body.map(EventText.text)
        self.isBase64Encoded = isBase64Encoded
    }

    /// Whether the value looks like such a request: format 2.0 with an HTTP method.
    package static func matches(_ json: JSONValue) -> Bool {
        json["version"]?.matches("2.0") == true && json["requestContext"]?["http"] != nil
    }

    /// Reads the event; members that AWS leaves out when they are empty may be absent or null.
    package init(json: JSONValue) throws(JSONError) {
        context = try Context(json: json.member("requestContext"))
        rawPath = try json.member("rawPath").string()
        texts = try NamedValues(json: json, meaning: Self.names)
        cookieTexts = try EventTexts(json: json.optional("cookies"))
        headers = try json.named("headers")
        queryStringParameters = try json.named("queryStringParameters")
        pathParameters = try json.named("pathParameters")
        stageVariables = try json.named("stageVariables")
        if let body = try json.optional("body") {
            bodyText = try EventText(json: body)
        } else {
            bodyText = nil
        }
        isBase64Encoded = try json.optional("isBase64Encoded")?.bool() ?? false
    }

    private static let names = ["routeKey", "rawQueryString"]
}

extension APIGatewayRequest: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) { writer in
            writer.member("version", "2.0")
            writer.member("routeKey", routeKey)
            writer.member("rawPath", rawPath)
            writer.member("rawQueryString", rawQueryString)
            if !cookies.isEmpty { writer.member("cookies", cookies) }
            writer.member("headers", headers)
            if !queryStringParameters.isEmpty { writer.member("queryStringParameters", queryStringParameters) }
            writer.member("requestContext", context)
            if !pathParameters.isEmpty { writer.member("pathParameters", pathParameters) }
            if !stageVariables.isEmpty { writer.member("stageVariables", stageVariables) }
            writer.optional("body", body)
            writer.member("isBase64Encoded", isBase64Encoded)
        }
    }
}
