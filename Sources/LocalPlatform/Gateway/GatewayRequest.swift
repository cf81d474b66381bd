/// A request to the HTTP interface, as a client sends it.
package struct GatewayRequest: Sendable {
    /// In capitals.
    package let method: String
    /// Percent-encoded, without the query.
    package let path: String
    package let query: String
    /// A name may come more than once.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// The client's address, of which functions count requests.
    package let sourceIP: String

    /// - Parameter target: path and query: `/loyalty/me/history?limit=10`.
    package init(
        _ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        sourceIP: String = "127.0.0.1"
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.method = method
        path = parts[0]
        query = parts.count == 2 ? parts[1] : ""
        self.headers = headers
        self.body = body
        self.sourceIP = sourceIP
    }

    /// The values of the field of that lower-case name, put together as API Gateway does.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}

/// What the HTTP interface answers.
package struct GatewayAnswer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    /// Each is the value of a `set-cookie` field.
    package let cookies: [String]
    package let body: [UInt8]
    /// The function's own part; nil where the gateway answered by itself.
    package let result: InvocationResult?

    /// The body as a JSON value; null where it is none.
    package var json: JSONTree { (try? JSONTree(parsing: body)) ?? .null }

    /// An answer of API Gateway's own.
    static func own(_ status: Int, _ message: String, headers: [(name: String, value: String)] = []) -> GatewayAnswer {
        GatewayAnswer(
            status: status, headers: [("content-type", "application/json")] + headers, cookies: [],
            body: Array(#"{"message":"\#(message)"}"#.utf8), result: nil)
    }
}
