internal import Codecs
internal import Platform

/// Carries out HTTP exchanges one after the other on one socket, which is kept open between them.
///
/// Speaks neither TLS nor with proxies: it is for the Runtime API, which is asked twice for each invocation, on the
/// same machine. What libcurl does beside reading and writing costs more there than all that the runtime does
/// (docs/decisions/0008-start-and-transport.md).
package final class PlainConnection: HTTPExchanging {
    /// What holds for all exchanges of a connection.
    package struct Options {
        package var connectTimeoutMilliseconds = 1_000
        /// Called with each new socket; false refuses it and ends the exchange with `interrupted`.
        package var socketOpened: ((Int32) -> Bool)?

        package init(socketOpened: ((Int32) -> Bool)? = nil) {
            self.socketOpened = socketOpened
        }
    }

    private let options: Options
    private var reader = ResponseReader()
    private var output: [UInt8] = []
    /// The connection of the last exchange, to `peer`, where it may carry another.
    private var idle: PlainSocket?
    private var peer: (url: String, parsed: PlainURL)?

    package init(_ options: Options = Options()) {
        self.options = options
    }

    package func perform(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        let peer = try peer(of: request)
        let body = try write(request, to: peer)
        let deadline = Deadline(milliseconds: request.timeoutMilliseconds)
        if let socket = takeIdle(), request.mayReuseConnection {
            do {
                return try exchange(request, body, on: socket, wasReused: true, until: deadline)
            } catch {
                // Where it had died while it was idle, the request is sent again.
                guard error.code == .noResponse else { throw error }
            }
        }
        return try exchange(request, body, on: try open(peer), wasReused: false, until: deadline)
    }

    private func peer(of request: HTTPRequest) throws(TransportError) -> PlainURL {
        if let peer, peer.url == request.url { return peer.parsed }
        guard let parsed = PlainURL(request.url) else { throw .unusable }
        if peer?.parsed.authority != parsed.authority { idle = nil }
        peer = (request.url, parsed)
        return parsed
    }

    /// Puts the request into `output`; what is returned of its body is to be sent after it.
    private func write(_ request: HTTPRequest, to peer: PlainURL) throws(TransportError) -> [UInt8] {
        let target = request.target ?? peer.target
        guard PlainURL.isSafe(target) else { throw .unusable }
        output.removeAll(keepingCapacity: true)
        output += "\(request.method.rawValue) \(target) HTTP/1.1\r\nHost: \(peer.authority)\r\n".utf8
        if let headers = request.headers { output += headers.lines }
        guard request.method == .post || request.method == .put else {
            output += "\r\n".utf8
            return []
        }
        output += "Content-Length: \(request.body.count)\r\n\r\n".utf8
        // One call for what is small; what is large is not copied.
        guard request.body.count <= PlainSocket.pieceBytes else { return request.body }
        output += request.body
        return []
    }

    /// The connection of the last exchange, if it can carry another.
    private func takeIdle() -> PlainSocket? {
        defer { idle = nil }
        return idle.flatMap { $0.isFit ? $0 : nil }
    }

    private func open(_ peer: PlainURL) throws(TransportError) -> PlainSocket {
        do {
            return try PlainSocket.connect(
                host: peer.host, port: peer.port, timeoutMilliseconds: options.connectTimeoutMilliseconds,
                isAccepted: options.socketOpened ?? { _ in true })
        } catch {
            throw TransportError(code: error, requestMayHaveBeenReceived: false)
        }
    }

    private func exchange(
        _ request: HTTPRequest, _ body: [UInt8], on socket: PlainSocket, wasReused: Bool, until deadline: Deadline
    ) throws(TransportError) -> HTTPResponse {
        reader.begin(maximumBodyBytes: request.maximumResponseBytes)
        do throws(TransportError.Code) {
            var isSent = try socket.send(output, until: deadline)
            if isSent { isSent = try socket.send(body, until: deadline) }
            while try !reader.read() {
                let isOpen = try socket.receive(into: &reader.input, until: deadline)
                guard isOpen || reader.end() else { throw reader.hasBegun ? .truncated : .noResponse }
            }
            if isSent, reader.keepsConnection { idle = socket }
        } catch {
            throw TransportError(code: error, requestMayHaveBeenReceived: true, connectionWasReused: wasReused)
        }
        return reader.take()
    }
}

extension TransportError {
    /// Where the URL cannot be used.
    fileprivate static let unusable = TransportError(code: .usage, requestMayHaveBeenReceived: false)
}

@available(*, unavailable)
extension PlainConnection: Sendable {}
