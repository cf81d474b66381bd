import CLocalSystem
import Platform
import Synchronization
import TestSupport

/// An HTTP server on a free loopback port that keeps what it gets and answers as it is told.
final class LoopbackServer: Sendable {
    /// A request as it came over the wire.
    struct Received: Sendable, Equatable {
        let requestLine: String
        /// The lines between request line and body.
        let fields: [String]
        let body: String

        /// The value behind the name, blanks left out; nil where the field is absent.
        func field(_ name: String) -> String? {
            let line = fields.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            return line.map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        }
    }

    private let listener: Int32
    let port: UInt16
    private let state: Mutex<(received: [Received], statuses: [Int])>

    /// - Parameter statuses: the status of each answer in turn, the last one for ever; 0 closes without an answer.
    init(statuses: [Int]) throws {
        (listener, port) = try Self.listen()
        state = Mutex((received: [], statuses: statuses))
        SystemThread.start { [self] in
            while serveOne() {}
        }?.detach()
    }

    var received: [Received] {
        state.withLock { $0.received }
    }

    /// Not before the last who could shut it down is gone: its number may be somebody else's by then.
    deinit {
        close(listener)
    }

    /// Lets the thread end.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serveOne() -> Bool {
        let client = nerdwork_accept(listener)
        guard client >= 0 else { return false }
        defer { close(client) }
        guard let request = Self.read(from: client) else { return true }
        let status = state.withLock { state in
            state.received.append(request)
            return state.statuses.count > 1 ? state.statuses.removeFirst() : state.statuses[0]
        }
        guard status > 0 else { return true }
        let answer = Array("HTTP/1.1 \(status) Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        _ = unsafe send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
        return true
    }

    private static func listen() throws -> (Int32, UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe bind(listener, pointer, length) == 0, Platform.listen(listener, 16) == 0 else {
                    return Int32(-1)
                }
                return unsafe getsockname(listener, pointer, &length)
            }
        }
        guard result == 0 else { throw HarnessError("cannot listen on loopback: errno \(errno)") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private static func read(from client: Int32) -> Received? {
        var bytes: [UInt8] = []
        while true {
            if let request = parse(bytes) { return request }
            var piece = [UInt8](repeating: 0, count: 16_384)
            let count = unsafe recv(client, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece.prefix(count)
        }
    }

    /// The request once all of it is there.
    private static func parse(_ bytes: [UInt8]) -> Received? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
        let body = String(text[end.upperBound...])
        let request = Received(requestLine: lines[0], fields: Array(lines.dropFirst()), body: body)
        guard let length = request.field("Content-Length").flatMap({ Int($0) }) else { return request }
        return body.utf8.count >= length ? request : nil
    }
}
