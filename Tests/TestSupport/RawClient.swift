internal import Platform

/// A client that sends bytes as a test writes them, and reads one answer: no library corrects the request.
package struct RawClient: Sendable {
    let port: UInt16
    /// The address that it comes from; all of 127.0.0.0/8 is this machine.
    package var source = "127.0.0.1"

    package init(port: UInt16) {
        self.port = port
    }

    package struct Reply: Sendable {
        package let status: Int
        /// Names in lower case.
        package let headers: [(name: String, value: String)]
        package let body: String

        package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    /// Sends a request whose connection ends with it; nil where no answer came.
    package func send(_ method: String, _ target: String, _ headers: [String] = [], body: String = "") -> Reply? {
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let lines = ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers + length
        return send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    package func send(_ text: String) -> Reply? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var own = Self.address(source, 0)
        var server = Self.address("127.0.0.1", port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = unsafe withUnsafePointer(to: &own) { own in
            unsafe withUnsafePointer(to: &server) { server in
                unsafe own.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
                    == 0
                    && server.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe connect(descriptor, $0, length)
                    } == 0
            }
        }
        guard isConnected else { return nil }
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Platform.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return Self.reply(Self.readAll(descriptor))
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return answer }
            answer += piece[..<count]
        }
    }

    private static func reply(_ bytes: [UInt8]) -> Reply? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: parts[0].lowercased(), value: parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
            )
        }
        return Reply(status: status, headers: headers, body: String(text[end.upperBound...]))
    }

    private static func address(_ text: String, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        _ = unsafe inet_pton(AF_INET, text, &address.sin_addr)
        return address
    }
}
