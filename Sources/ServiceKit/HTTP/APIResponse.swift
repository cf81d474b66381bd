package import LambdaEvents
package import StrictJSON

/// What a route answers.
///
/// Every answer forbids caching, because nearly all of them are about one person, and guessing its type.
package struct APIResponse: Hashable, Sendable {
    package var status: Int
    package var headers: NamedValues
    package var cookies: [String] = []
    package var body: [UInt8]

    package init(status: Int = 200, contentType: String = "application/json", body: JSONWriter) {
        self.status = status
        self.body = body.bytes
        headers = NamedValues(Self.common + [NamedValues.Pair(name: "content-type", value: contentType)])
    }

    /// An answer without body, 204 unless the status says otherwise.
    package init(status: Int = 204) {
        self.status = status
        body = []
        headers = NamedValues(Self.common)
    }

    /// A JSON object.
    package static func json<E: Error>(
        status: Int = 200, _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) -> APIResponse {
        APIResponse(status: status, body: try JSONWriter.object(body))
    }

    private static let common = [
        NamedValues.Pair(name: "cache-control", value: "no-store"),
        NamedValues.Pair(name: "x-content-type-options", value: "nosniff"),
        NamedValues.Pair(name: "strict-transport-security", value: "max-age=63072000"),
    ]

    /// The answer in API Gateway's form.
    var gatewayResponse: APIGatewayResponse {
        let content: APIGatewayResponse.Body
        if body.isEmpty {
            content = .none
        } else if let text = String(validating: body, as: UTF8.self) {
            content = .text(text)
        } else {
            content = .bytes(body)
        }
        return APIGatewayResponse(statusCode: status, headers: headers, cookies: cookies, body: content)
    }
}
