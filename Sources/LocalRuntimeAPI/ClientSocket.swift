internal import Platform

/// A connection of a client: reads requests, writes bytes.
///
/// Owns the socket; `close` runs once.
final class ClientSocket {
    /// What a client may send at most.
    struct Limits {
        var headBytes = 256 << 10
        var bodyBytes = 64 << 20
    }

    /// Why there is no next request, where the client did not simply close the connection.
    enum Problem: Equatable {
        case headTooLarge
        case bodyTooLarge
        /// No HTTP/1.1.
        case malformed
    }

    private let descriptor: Int32
    private let limits: Limits
    private var buffer: [UInt8] = []
    private var start = 0
    private(set) var problem: Problem?
    /// The client's address, such as `127.0.0.1`.
    let peer: String

    /// What is received at a time.
    private static let pieceBytes = 16 << 10

    init(adopting descriptor: Int32, limits: Limits = Limits()) {
        self.descriptor = descriptor
        self.limits = limits
        peer = Self.peer(of: descriptor)
        var one: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        _ = close(descriptor)
    }

    /// The next request; nil at the end of the connection or where there is a `problem`.
    func readRequest() -> (head: RequestHead, body: [UInt8])? {
        guard let head = readHead() else { return nil }
        guard let parsed = RequestHead(head), let length = parsed.length else {
            problem = .malformed
            return nil
        }
        if case .bytes(let count) = length, count > limits.bodyBytes {
            problem = .bodyTooLarge
            return nil
        }
        if parsed.expectsContinue { _ = write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        let body =
            switch length {
            case .bytes(let count): readBytes(count)
            case .chunks: readChunks()
            }
        guard let body else { return nil }
        return (parsed, body)
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

    /// Says that nothing follows, and takes in for a moment what the client still sends.
    ///
    /// A connection that is closed with bytes unread is reset, and the client would lose the answer that it has not read
    /// yet.
    func finish() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
        var time = timeval(tv_sec: 0, tv_usec: 200_000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var left = limits.bodyBytes
        while left > 0, let piece = receive(), !piece.isEmpty { left -= piece.count }
    }

    // MARK: Reading

    private func readHead() -> ArraySlice<UInt8>? {
        // Relative to `start`, which filling the buffer may move.
        var searched = 0
        while true {
            if let end = endOfHead(from: start + max(0, searched - 3)) {
                guard end - start <= limits.headBytes else { break }
                defer { start = end }
                return buffer[start..<end]
            }
            searched = buffer.count - start
            guard searched < limits.headBytes else { break }
            guard fill() else { return nil }
        }
        problem = .headTooLarge
        return nil
    }

    private func endOfHead(from index: Int) -> Int? {
        unsafe buffer.withUnsafeBufferPointer { bytes in
            var index = index
            while index + 4 <= bytes.count {
                if unsafe bytes[index] == 13, unsafe bytes[index + 1] == 10, unsafe bytes[index + 2] == 13,
                    unsafe bytes[index + 3] == 10
                {
                    return index + 4
                }
                index += 1
            }
            return nil
        }
    }

    private func readBytes(_ count: Int) -> [UInt8]? {
        buffer.reserveCapacity(start + count)
        while buffer.count - start < count {
            guard fill() else { return nil }
        }
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let line = readLine() {
            guard let size = Self.size(line.prefix { $0 != 0x3B }) else {
                problem = .malformed
                return nil
            }
            guard size <= limits.bodyBytes - body.count else {
                problem = .bodyTooLarge
                return nil
            }
            if size == 0 { return readTrailer() ? body : nil }
            guard let chunk = readBytes(size), let end = readLine() else { return nil }
            guard end.isEmpty else {
                problem = .malformed
                return nil
            }
            body += chunk
        }
        return nil
    }

    /// Hexadecimal digits and nothing else: `Int` would take a sign.
    private static func size(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...15).contains(digits.count),
            digits.allSatisfy({ (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) })
        else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Fields behind the last chunk, which nobody asks for.
    private func readTrailer() -> Bool {
        var left = limits.headBytes
        while let line = readLine() {
            left -= line.count + 2
            if line.isEmpty { return true }
            guard left > 0 else { return false }
        }
        return false
    }

    /// A line without its end, which is CR and LF.
    private func readLine() -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[start...].firstIndex(of: 10) {
                let line = buffer[start..<end]
                guard line.last == 13, !line.dropLast().contains(13) else { break }
                start = end + 1
                return line.dropLast()
            }
            guard buffer.count - start < limits.headBytes else { break }
            guard fill() else { return nil }
        }
        problem = .malformed
        return nil
    }

    private func fill() -> Bool {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        guard let piece = receive(), !piece.isEmpty else { return false }
        buffer += piece
        return true
    }

    /// The next bytes; empty at the end, nil where the connection is broken.
    private func receive() -> [UInt8]? {
        var isBroken = false
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { room, filled in
            var count = unsafe recv(descriptor, room.baseAddress, Self.pieceBytes, 0)
            while count < 0 && errno == EINTR {
                count = unsafe recv(descriptor, room.baseAddress, Self.pieceBytes, 0)
            }
            isBroken = count < 0
            filled = max(0, count)
        }
        return isBroken ? nil : piece
    }

    private static func peer(of descriptor: Int32) -> String {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getpeername(descriptor, $0, &length)
            }
        }
        guard result == 0 else { return "127.0.0.1" }
        let number = UInt32(bigEndian: address.sin_addr.s_addr)
        return "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }
}
