/// One request: what to send, and the limits of the exchange.
package struct HTTPRequest {
    /// What to do with the resource; only what this project sends.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package var method: Method
    /// The absolute URL, already percent-encoded; its scheme must be http or https.
    package var url: String
    /// The path and query to ask for instead of the URL's, already percent-encoded.
    ///
    /// libcurl takes every URL apart and puts it together again, byte by byte; where requests to one peer differ in
    /// the path alone, a short URL and a target spare that.
    package var target: String?
    /// The fields beside those that libcurl writes itself (Host, Content-Length, User-Agent).
    package var headers: HTTPHeaderList?
    package var body: [UInt8]
    /// The longest that the whole exchange may take, in milliseconds; nil waits for ever.
    package var timeoutMilliseconds: Int64?
    /// The largest body that is accepted in the response, in bytes.
    package var maximumResponseBytes: Int
    /// Whether an idle connection may carry the request.
    ///
    /// libcurl sends a request again by itself where a reused connection turns out to be dead. For a request that must
    /// not be received twice, say false.
    package var mayReuseConnection: Bool

    package init(
        _ method: Method, _ url: String, target: String? = nil, headers: HTTPHeaderList? = nil, body: [UInt8] = [],
        timeoutMilliseconds: Int64?, maximumResponseBytes: Int = 8 << 20, mayReuseConnection: Bool = true
    ) {
        self.method = method
        self.url = url
        self.target = target
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.maximumResponseBytes = maximumResponseBytes
        self.mayReuseConnection = mayReuseConnection
    }
}
