internal import CLambdaRuntime
internal import HTTPTransport

/// Performs the calls of the Runtime API for one loop.
final class RuntimeClient {
    static let userAgent = "nerdwork-swift/1.0"
    /// The largest response that Lambda takes, in bytes: 6 MiB and 100 bytes.
    static let maximumResponseBytes = 6 * 1024 * 1024 + 100
    private static let postTimeoutMilliseconds: Int64 = 30_000

    private let base: String
    private let waiting: HTTPConnection
    private let posting: HTTPConnection
    private let nextRequest: HTTPRequest
    /// The fields of a response to which no invocation id belongs; built once.
    private let responseHeaders: HTTPHeaderList

    /// - Parameter socketOpened: see `HTTPConnection.Options`; for the connection that waits for invocations only.
    init(_ address: RuntimeAddress, socketOpened: ((Int32) -> Bool)? = nil) {
        base = address.base
        var options = HTTPConnection.Options(userAgent: Self.userAgent)
        posting = HTTPConnection(options)
        options.socketOpened = socketOpened
        waiting = HTTPConnection(options)
        nextRequest = HTTPRequest(
            .get, base + RuntimeRequest.next.path, timeoutMilliseconds: nil, maximumResponseBytes: 64 << 20)
        responseHeaders = HTTPHeaderList(RuntimeRequest.response(requestID: "", invocationID: nil, body: []).headers)
    }

    /// Waits for the next invocation, for as long as it takes: a limit would strike after each thaw.
    func next() -> Result<HTTPResponse, TransportError> {
        Result { () throws(TransportError) in try waiting.perform(nextRequest) }
    }

    /// Sends any other request.
    func send(_ request: RuntimeRequest) -> Result<HTTPResponse, TransportError> {
        let headers: HTTPHeaderList
        if case .response(_, nil, _) = request {
            headers = responseHeaders
        } else {
            headers = HTTPHeaderList(request.headers)
        }
        let exchange = HTTPRequest(
            request.isPost ? .post : .get, base + request.path, headers: headers, body: request.body,
            timeoutMilliseconds: request.isPost ? Self.postTimeoutMilliseconds : nil, maximumResponseBytes: 64 << 10)
        return Result { () throws(TransportError) in try posting.perform(exchange) }
    }
}
