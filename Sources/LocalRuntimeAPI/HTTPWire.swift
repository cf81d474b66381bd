internal import Platform

/// A connection of a client: reads requests, writes bytes.
///
/// Owns the socket; `close` runs once.
final class ClientSocket {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0

    private let maximumBodyBytes: Int
    /// Whether the last request was longer than allowed.
    private(set) var wasTooLarge = false

    /// The most that a request's head may have.
    private static let maximumHeadBytes = 256 << 10

    init(adopting descriptor: Int32, maximumBodyBytes: Int = 64 << 20) {
        self.descriptor = descriptor
        self.maximumBodyBytes = maximumBodyBytes
        var one: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        _ = close(descriptor)
    }

    /// The next request; nil at the end of the connection or where it is no HTTP/1.1.
    func readRequest() -> (method: String, path: String, headers: [(name: String, value: String)], body: [UInt8])? {
        guard let head = readHead(), let parsed = RequestHead(head) else { return nil }
        if parsed.expectsContinue { _ = write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        let body = parsed.isChunked ? readChunks() : readBytes(parsed.contentLength)
        guard let body else { return nil }
        return (parsed.method, parsed.path, parsed.headers, body)
    }

    /// Writes everything; false where the client is gone.
    func write(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = unsafe send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }

    /// Whether the client has closed its end.
    var isClosedByPeer: Bool {
        guard start == buffer.count else { return false }
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
    }

    /// Makes the end of the connection a reset (RST) instead of an orderly one.
    func resetAtEnd() {
        var hard = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
    }

    // MARK: Reading

    private func readHead() -> ArraySlice<UInt8>? {
        // Relative to `start`, which filling the buffer may move.
        var searched = 0
        while true {
            if let end = endOfHead(from: start + max(0, searched - 3)) {
                defer { start = end }
                return buffer[start..<end]
            }
            searched = buffer.count - start
            guard buffer.count - start < Self.maximumHeadBytes, fill() else { return nil }
        }
    }

    private func endOfHead(from index: Int) -> Int? {
        guard buffer.count - index >= 4 else { return nil }
        for index in index...(buffer.count - 4)
        where buffer[index] == 13 && buffer[index + 1] == 10 && buffer[index + 2] == 13 && buffer[index + 3] == 10 {
            return index + 4
        }
        return nil
    }

    private func readBytes(_ count: Int) -> [UInt8]? {
        guard count >= 0 else { return nil }
        guard count <= maximumBodyBytes else {
            wasTooLarge = true
            return nil
        }
        while buffer.count - start < count {
            guard fill() else { return nil }
        }
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let line = readLine() {
            let digits = line.prefix { $0 != 0x3B }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else { return nil }
            guard size <= maximumBodyBytes - body.count else {
                wasTooLarge = true
                return nil
            }
            guard let chunk = readBytes(size), let end = readLine(), end.isEmpty else { return nil }
            if size == 0 { return body }
            body += chunk
        }
        return nil
    }

    private func readLine() -> [UInt8]? {
        while true {
            if let end = buffer[start...].firstIndex(of: 10) {
                defer { start = end + 1 }
                return buffer[start..<end].filter { $0 != 13 }
            }
            guard buffer.count - start < Self.maximumHeadBytes, fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        let room = 64 << 10
        var piece = [UInt8](repeating: 0, count: room)
        while true {
            let count = unsafe recv(descriptor, &piece, room, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            buffer += piece[..<count]
            return true
        }
    }
}

/// The request line and header fields (RFC 9112, sections 3 and 5).
struct RequestHead {
    let method: String
    let path: String
    let headers: [(name: String, value: String)]

    init?(_ bytes: ArraySlice<UInt8>) {
        let lines = bytes.split(separator: 10).map { $0.last == 13 ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
        let words = (lines.first ?? []).split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
        method = words[0]
        path = words[1]
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: 0x3A) else { return nil }
            return (
                String(decoding: line[..<colon], as: UTF8.self),
                String(decoding: line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
            )
        }
    }

    var isChunked: Bool {
        value("transfer-encoding")?.lowercased() == "chunked"
    }

    var contentLength: Int {
        value("content-length").map { Int($0) ?? -1 } ?? 0
    }

    var expectsContinue: Bool {
        value("expect")?.lowercased() == "100-continue"
    }

    private func value(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }
}
