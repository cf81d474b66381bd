/// An HTTP answer before it is written in the way that a behaviour asks for.
package struct Answer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer of type `application/json`.
    package static func json(_ status: Int, _ text: String) -> Answer {
        Answer(status: status, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
    }

    /// The answer to a post, as AWS words it.
    static func post(_ answer: RuntimeState.Answer) -> Answer {
        guard let type = answer.errorType else { return .json(answer.status, #"{"status":"OK"}"#) }
        let message =
            switch type {
            case "InvalidRequestID": "Invalid request ID"
            case "InvokeTimeout": "Invoke timeout"
            case "RequestEntityTooLarge":
                "Exceeded maximum allowed payload size (\(RuntimeState.maximumResponseBytes) bytes)."
            default: "State transition is not allowed"
            }
        return .json(answer.status, #"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#)
    }

    /// The bytes on the wire.
    func encoded(_ behaviour: Behaviour) -> (head: [UInt8], body: [UInt8]) {
        let chunked =
            switch behaviour.framing {
            case .lambda: body.count > 2_048
            case .chunked: true
            case .contentLength: false
            }
        var fields = headers
        fields.append(chunked ? ("Transfer-Encoding", "chunked") : ("Content-Length", String(body.count)))
        if behaviour.closesConnection { fields.append(("Connection", "close")) }
        let lines = fields.map { "\(behaviour.nameCase.apply($0.name)): \($0.value)\r\n" }
        let head = "HTTP/1.1 \(status) \(Self.reason(status))\r\n" + lines.joined() + "\r\n"
        return (Array(head.utf8), chunked ? Self.chunks(of: body) : body)
    }

    /// The bytes on the wire, the body's length told.
    ///
    /// An answer to HEAD, and one of status 204 or 304, has no body (RFC 9110, section 6.4.1).
    func encoded(forMethod method: String, _ connection: RequestHead.Connection) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 512)
        bytes += "HTTP/1.1 \(status) \(Self.reason(status))\r\n".utf8
        for header in headers { bytes += "\(header.name): \(header.value)\r\n".utf8 }
        let isBodiless = status == 204 || status == 304
        if !isBodiless { bytes += "content-length: \(body.count)\r\n".utf8 }
        switch connection {
        case .kept: break
        case .keptAsAsked: bytes += "connection: keep-alive\r\n".utf8
        case .closed: bytes += "connection: close\r\n".utf8
        }
        bytes += "\r\n".utf8
        if !isBodiless, method != "HEAD" { bytes += body }
        return bytes
    }

    /// The words that go with a status (RFC 9110, section 15); nobody reads them.
    private static func reason(_ status: Int) -> String {
        reasons[status] ?? "Status"
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 302: "Found", 303: "See Other",
        304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed", 413: "Content Too Large",
        415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout",
    ]

    private static func chunks(of body: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(body.count + 1024)
        for start in stride(from: 0, to: body.count, by: 16 << 10) {
            let piece = body[start..<min(body.count, start + (16 << 10))]
            encoded += Array((String(piece.count, radix: 16) + "\r\n").utf8)
            encoded += piece
            encoded += [13, 10]
        }
        return encoded + Array("0\r\n\r\n".utf8)
    }
}

extension Behaviour.NameCase {
    func apply(_ name: String) -> String {
        switch self {
        case .asIs: name
        case .lower: name.lowercased()
        case .upper: name.uppercased()
        }
    }
}
