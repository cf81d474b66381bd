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

    static func json(_ status: Int, _ text: String) -> Answer {
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
        let head = "HTTP/1.1 \(status) Status\r\n" + lines.joined() + "\r\n"
        return (Array(head.utf8), chunked ? Self.chunks(of: body) : body)
    }

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
