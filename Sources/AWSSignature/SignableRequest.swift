internal import Codecs

/// A request as far as its signature covers it.
package struct SignableRequest: Sendable {
    /// What the signature says about the body.
    package enum Payload: Sendable {
        case bytes([UInt8])
        /// Nothing: only S3 takes that, and whoever changes the body is not noticed.
        case unsigned
    }

    /// In capitals, as it is sent.
    package var method: String
    /// The value of the `Host` field: with the port unless it is the scheme's own.
    package var host: String
    /// The path as it is sent: percent-encoded once, `/` when there is none.
    package var path: String
    /// The query as it is sent: percent-encoded, without the question mark.
    package var query: String
    /// The other fields, in the order in which they are sent; `host` may be among them and is not looked at.
    package var headers: [(name: String, value: String)]
    package var payload: Payload

    package init(
        method: String, host: String, path: String = "/", query: String = "",
        headers: [(name: String, value: String)] = [], payload: Payload = .bytes([])
    ) {
        self.method = method
        self.host = host
        self.path = path
        self.query = query
        self.headers = headers
        self.payload = payload
    }

    /// The most that a request may have, in bytes where nothing else is said.
    package enum Limits {
        package static let method = 16
        package static let host = 512
        package static let path = 8_192
        package static let query = 32_768
        package static let fields = 100
        package static let headers = 65_536
        package static let payload = 16 << 20
    }

    /// The values of the fields of that lower-case name, in order.
    func values(of name: String) -> [String] {
        headers.filter { ASCII.lowercased($0.name) == name }.map(\.value)
    }
}

extension SignableRequest {
    /// Throws unless every part is within its limits and of its shape.
    func check() throws(SignatureError) {
        try Self.check(.method, method.utf8.count, most: Limits.method)
        try Self.check(.host, host.utf8.count, most: Limits.host)
        try Self.check(.path, path.utf8.count, most: Limits.path)
        try Self.check(.query, query.utf8.count, most: Limits.query)
        let bytes = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard headers.count <= Limits.fields, bytes <= Limits.headers else { throw .tooLong(.headers) }
        if case .bytes(let body) = payload { try Self.check(.payload, body.count, most: Limits.payload) }
        guard !method.isEmpty, method.utf8.allSatisfy(ASCII.isUppercase) else { throw .malformed(.method) }
        guard !host.isEmpty, host.utf8.allSatisfy(ASCII.isVisible) else { throw .malformed(.host) }
        guard headers.allSatisfy({ ASCII.isToken($0.name) }) else { throw .malformed(.headers) }
    }

    private static func check(_ part: RequestPart, _ count: Int, most: Int) throws(SignatureError) {
        guard count <= most else { throw .tooLong(part) }
    }
}
