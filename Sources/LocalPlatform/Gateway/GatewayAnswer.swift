internal import LambdaEvents
internal import StrictJSON

/// What the HTTP interface answers.
package struct GatewayAnswer: Sendable {
    package let status: Int
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    /// Each is the value of a `set-cookie` field.
    package let cookies: [String]
    package let body: [UInt8]
    /// The function's own part; nil where the gateway answered by itself.
    package let result: InvocationResult?

    /// The body as a JSON value; null where it is none.
    package var json: JSONTree { (try? JSONTree(parsing: body)) ?? .null }

    /// An answer of API Gateway's own.
    package static func own(
        _ status: Int, _ message: String, headers: [(name: String, value: String)] = []
    ) -> GatewayAnswer {
        GatewayAnswer(
            status: status, headers: [("content-type", "application/json")] + headers, cookies: [],
            body: Array(#"{"message":"\#(message)"}"#.utf8), result: nil)
    }

    package init(
        status: Int, headers: [(name: String, value: String)], cookies: [String] = [], body: [UInt8] = [],
        result: InvocationResult? = nil
    ) {
        self.status = status
        self.headers = headers
        self.cookies = cookies
        self.body = body
        self.result = result
    }

    /// Reads a function's answer as API Gateway does (developer guide, "Lambda function response for format 2.0").
    ///
    /// A function that failed, and an answer that is none, are a 500 of the gateway's; one that Lambda did not run for want
    /// of concurrency is a 503.
    package init(reading result: InvocationResult) {
        guard case .response(let bytes) = result.outcome else {
            self = (result.isThrottled ? Self.serviceUnavailable : .internalServerError).of(result)
            return
        }
        guard let root = try? JSONDocument(parsing: bytes).root, let response = try? APIGatewayResponse(json: root)
        else {
            self = Self.internalServerError.of(result)
            return
        }
        var headers: [(name: String, value: String)] = []
        for pair in response.headers.pairs {
            let name = pair.name.lowercased()
            // Those of the connection are the gateway's own.
            if Self.connectionFields.contains(name) { continue }
            guard Self.isSafe(name), Self.isSafe(pair.value) else { continue }
            headers.append((name, pair.value))
        }
        if !headers.contains(where: { $0.name == "content-type" }), response.statusCode != 204 {
            headers.append(("content-type", "text/plain;charset=UTF-8"))
        }
        self.init(
            status: response.statusCode, headers: headers, cookies: response.cookies.filter(Self.isSafe),
            body: response.bodyBytes, result: result)
    }

    /// The function did not answer, or not in a form that the gateway knows.
    package static let internalServerError = own(500, "Internal Server Error")
    /// The integration's time was up, or Lambda did not take the invocation.
    package static let serviceUnavailable = own(503, "Service Unavailable")

    /// The gateway's own answer to what came of an invocation.
    private func of(_ result: InvocationResult) -> GatewayAnswer {
        GatewayAnswer(status: status, headers: headers, cookies: cookies, body: body, result: result)
    }

    private static let connectionFields: Set<String> = [
        "connection", "content-length", "keep-alive", "transfer-encoding", "upgrade", "trailer", "te",
    ]

    /// Whether a text cannot begin another line of the head.
    private static func isSafe(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
