package import HTTPTransport
internal import Platform

/// Brings the answer to the place that CloudFormation looks at.
package struct AnswerSender {
    package typealias Transport = (HTTPRequest) throws(TransportError) -> HTTPResponse

    private let transport: Transport

    /// - Parameter transport: what carries the request; the default takes https only.
    package init(transport: @escaping Transport = AnswerSender.overTLS) {
        self.transport = transport
    }

    /// Sends until it is accepted, tries are used up or the time is; false where it could not be delivered.
    package func deliver(_ body: [UInt8], to url: String, remainingMilliseconds: () -> Int64) -> Bool {
        var attempt = 1
        while true {
            let outcome = send(body, to: url, remainingMilliseconds())
            switch DeliveryPolicy.step(
                after: outcome, attempt: attempt, remainingMilliseconds: remainingMilliseconds())
            {
            case .delivered: return true
            case .giveUp: return false
            case .tryAgain(let pause): usleep(UInt32(pause) * 1_000)
            }
            attempt += 1
        }
    }

    private func send(_ body: [UInt8], to url: String, _ remaining: Int64) -> DeliveryPolicy.Outcome {
        let request = HTTPRequest(
            .put, url, headers: HTTPHeaderList(Self.fields), body: body,
            timeoutMilliseconds: min(max(1, remaining), DeliveryPolicy.attemptMilliseconds),
            maximumResponseBytes: 65_536, mayReuseConnection: false)
        do throws(TransportError) {
            return .status(try transport(request).status)
        } catch {
            return .failed(error.code)
        }
    }

    /// The URL was signed with an empty content type; any other makes S3 refuse the signature.
    private static var fields: [(name: String, value: String)] { [("Content-Type", "")] }

    /// Carries the request over TLS, with the server's certificate verified; refuses any other scheme.
    package static func overTLS(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        guard request.url.hasPrefix("https://") else {
            throw TransportError(code: .usage, requestMayHaveBeenReceived: false)
        }
        return try plain(request)
    }

    /// Carries the request by whatever scheme its URL has.
    package static func plain(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        var options = HTTPConnection.Options(userAgent: "nerdwork-provision")
        options.connectTimeoutMilliseconds = 3_000
        return try HTTPConnection(options).perform(request)
    }
}
