internal import CLambdaRuntime
internal import HTTPTransport

/// Performs the calls of the Runtime API for one loop, all on one connection.
final class RuntimeClient {
    static let userAgent = "nerdwork-swift/1.0"
    /// The largest response that Lambda takes, in bytes: 6 MiB and 100 bytes.
    static let maximumResponseBytes = 6 * 1024 * 1024 + 100
    private static let postTimeoutMilliseconds: Int64 = 30_000

    private let origin: String
    private let basePath: String
    private let connection: HTTPConnection
    private let nextRequest: HTTPRequest
    /// The fields of a response to which no invocation id belongs; built once.
    private let responseHeaders: HTTPHeaderList

    /// - Parameter socketOpened: see `HTTPConnection.Options`.
    init(_ address: RuntimeAddress, socketOpened: ((Int32) -> Bool)? = nil) {
        origin = address.origin
        basePath = address.path
        var options = HTTPConnection.Options(userAgent: nil)
        options.socketOpened = socketOpened
        connection = HTTPConnection(options)
        nextRequest = HTTPRequest(
            .get, origin, target: basePath + RuntimeRequest.next.path, headers: Self.fields(of: .next),
            timeoutMilliseconds: nil, maximumResponseBytes: 64 << 20)
        responseHeaders = Self.fields(of: .response(requestID: "", invocationID: nil, body: []))
    }

    /// Waits for the next invocation, for as long as it takes: a limit would strike after each thaw.
    func next() -> Result<HTTPResponse, TransportError> {
        perform(nextRequest)
    }

    /// Sends any other request.
    func send(_ request: RuntimeRequest) -> Result<HTTPResponse, TransportError> {
        let headers: HTTPHeaderList
        if case .response(_, nil, _) = request {
            headers = responseHeaders
        } else {
            headers = Self.fields(of: request)
        }
        return perform(
            HTTPRequest(
                request.isPost ? .post : .get, origin, target: basePath + request.path, headers: headers,
                body: request.body, timeoutMilliseconds: request.isPost ? Self.postTimeoutMilliseconds : nil,
                maximumResponseBytes: 64 << 10))
    }

    private func perform(_ request: HTTPRequest) -> Result<HTTPResponse, TransportError> {
        do {
            return .success(try connection.perform(request))
        } catch {
            return .failure(error)
        }
    }

    private static func fields(of request: RuntimeRequest) -> HTTPHeaderList {
        HTTPHeaderList([("User-Agent", userAgent)] + request.headers)
    }
}
