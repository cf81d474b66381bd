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
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        self.method = method
        path = mark.map { String(target[..<$0]) } ?? target
        query = mark.map { String(target[target.utf8.index(after: $0)...]) } ?? ""
        self.headers = headers
        self.body = body
        self.sourceIP = sourceIP
    }

    /// The values of the field of that lower-case name, put together as API Gateway does.
    package func header(_ name: String) -> String? {
        var found: String?
        for field in headers where field.name.utf8.count == name.utf8.count && field.name.lowercased() == name {
            found = found.map { "\($0),\(field.value)" } ?? field.value
        }
        return found
    }
}
