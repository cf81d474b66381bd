internal import CCurl
internal import Codecs
internal import Platform

/// Carries out HTTP exchanges one after the other on one libcurl handle, whose connection is kept alive between them.
///
/// Owns a `CURL` handle. libcurl allows one thread at a time on a handle, so that the class is not `Sendable`.
package final class HTTPConnection {
    /// What holds for all exchanges of a connection.
    package struct Options {
        /// Sent with every request; nil where the requests' own header lists say it (which costs less).
        package var userAgent: String?
        /// Whether `http_proxy` and its kin are heeded; the Runtime API must never go through a proxy.
        package var usesEnvironmentProxy = false
        package var connectTimeoutMilliseconds = 1_000
        /// How long an idle connection may wait before it is no longer trusted, in milliseconds; nil trusts it always.
        ///
        /// Measured by both clocks: while an environment is frozen the monotonic one may stand still.
        package var maximumIdleMilliseconds: Int64?
        /// Called with each new socket; false refuses it and ends the exchange with `interrupted`.
        package var socketOpened: ((Int32) -> Bool)?

        package init(userAgent: String?) {
            self.userAgent = userAgent
        }
    }

    private let options: Options
    private let sink: ResponseSink
    private var handle: CurlHandle?
    private var idleSince: (wall: Int64, monotonic: Int64)?

    package init(_ options: Options) {
        self.options = options
        sink = ResponseSink(socketOpened: options.socketOpened)
    }

    /// Sends the request and waits for the whole response.
    ///
    /// - Returns: any response, whatever its status.
    /// - Throws: `TransportError` where no whole response came (`curl_easy_perform`).
    package func perform(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        if connectionIsTooOld { handle = nil }
        let handle = try openHandle()
        sink.begin(maximumBodyBytes: request.maximumResponseBytes)
        let result = handle.exchange(request)
        noteIdle()
        guard result == CURLE_OK else { throw handle.failure(result, sink: sink).error }
        return HTTPResponse(status: handle.status, head: sink.head, body: sink.body)
    }

    /// Closes the connection; the next exchange opens another.
    package func close() {
        handle = nil
    }

    private func openHandle() throws(TransportError) -> CurlHandle {
        if let handle { return handle }
        guard let opened = CurlHandle(options, sink: sink) else {
            throw TransportError(code: .usage, requestMayHaveBeenReceived: false)
        }
        handle = opened
        return opened
    }

    private var connectionIsTooOld: Bool {
        guard let maximum = options.maximumIdleMilliseconds, let idleSince else { return false }
        let wall = SystemClock.now().millisecondsSince1970 - idleSince.wall
        let monotonic = SystemClock.monotonicNanoseconds() / 1_000_000 - idleSince.monotonic
        // A wall clock that was set back says nothing about the age.
        return max(wall, monotonic) > maximum
    }

    private func noteIdle() {
        guard options.maximumIdleMilliseconds != nil else { return }
        idleSince = (SystemClock.now().millisecondsSince1970, SystemClock.monotonicNanoseconds() / 1_000_000)
    }
}

@available(*, unavailable)
extension HTTPConnection: Sendable {}
