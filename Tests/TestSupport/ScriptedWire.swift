internal import Platform

/// A connection of the scripted service: reads requests, does what a step says.
struct ScriptedWire {
    let descriptor: Int32
    private var buffer: [UInt8] = []

    struct Head {
        let target: String
        let fields: [(name: String, value: String)]
    }

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// False at the end of the connection.
    mutating func waitForBytes() -> Bool {
        !buffer.isEmpty || fill()
    }

    mutating func readHead() -> Head? {
        while true {
            if let end = endOfHead {
                let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
                buffer.removeFirst(end)
                guard let first = lines.first else { return nil }
                return Head(target: String(first), fields: lines.dropFirst().compactMap(Self.field))
            }
            guard fill() else { return nil }
        }
    }

    mutating func readBody(of head: Head) -> [UInt8]? {
        let length = head.fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while buffer.count < length {
            guard fill() else { return nil }
        }
        defer { buffer.removeFirst(length) }
        return Array(buffer[..<length])
    }

    /// Does the step; false where the connection ends.
    func perform(_ step: ScriptedService.Step) -> Bool {
        switch step {
        case .answer(let status, let fields, let body):
            return send(Self.answer(status, fields, body))
        case .answerAndClose(let status, let body):
            _ = send(Self.answer(status, [], body))
            return false
        case .cut:
            reset()
            return false
        case .halfAnAnswer:
            _ = send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"MessageId\":")
            return false
        case .manyBytes(let count):
            _ = send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n" + String(repeating: "x", count: count))
            return false
        case .silence:
            var piece = [UInt8](repeating: 0, count: 256)
            while unsafe recv(descriptor, &piece, 256, 0) > 0 {}
            return false
        case .garbage:
            _ = send("SSH-2.0-OpenSSH_9.2\r\n")
            return false
        }
    }

    /// Makes the end a reset instead of an orderly one.
    func reset() {
        var hard = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
    }

    private static func answer(_ status: Int, _ fields: [(String, String)], _ body: String) -> String {
        let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        return "HTTP/1.1 \(status) Told\r\n\(lines)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                return unsafe Platform.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private var endOfHead: Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 0...(buffer.count - 4) where buffer[index..<index + 4].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }

    private static func field(_ line: Substring) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }

    private mutating func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let room = piece.count
        let count = unsafe recv(descriptor, &piece, room, 0)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}
