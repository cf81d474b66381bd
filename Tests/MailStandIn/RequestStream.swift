import Platform

/// The requests of one HTTP/1.1 connection, one after the other.
struct RequestStream {
    struct Request {
        let head: String
        let body: [UInt8]

        var isSendEmail: Bool { head.hasPrefix("POST /v2/email/outbound-emails ") }
    }

    let descriptor: Int32
    private var buffer: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// False at the end of the connection.
    mutating func waitForBytes() -> Bool {
        !buffer.isEmpty || fill()
    }

    /// Whether what has arrived begins such a call.
    var isSendEmail: Bool {
        String(decoding: buffer.prefix(64), as: UTF8.self).hasPrefix("POST /v2/email/outbound-emails ")
    }

    mutating func next() -> Request? {
        while true {
            if let request = takeWhole() { return request }
            guard fill() else { return nil }
        }
    }

    func answer(_ status: Int, _ body: String, errorType: String? = nil) -> Bool {
        let type = errorType.map { "x-amzn-ErrorType: \($0)\r\n" } ?? ""
        let bytes = Array("HTTP/1.1 \(status) Told\r\n\(type)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        return unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Makes the end a reset instead of an orderly one.
    func reset() {
        var hard = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
    }

    func waitForEnd() {
        var piece = [UInt8](repeating: 0, count: 256)
        while unsafe recv(descriptor, &piece, 256, 0) > 0 {}
    }

    private mutating func takeWhole() -> Request? {
        guard let end = endOfHead else { return nil }
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = field.flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) } ?? 0
        guard buffer.count >= end + length else { return nil }
        defer { buffer.removeFirst(end + length) }
        return Request(head: head, body: Array(buffer[end..<end + length]))
    }

    private var endOfHead: Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 0...(buffer.count - 4) where buffer[index..<index + 4].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }

    private mutating func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &piece, 65_536, 0)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}
