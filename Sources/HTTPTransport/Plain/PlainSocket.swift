internal import Platform

/// A connection to a peer, without TLS.
///
/// Owns the descriptor; `close` runs once.
@safe
final class PlainSocket {
    private let descriptor: Int32

    /// What is received at a time.
    static let pieceBytes = 16 << 10

    private init(adopting descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        _ = close(descriptor)
    }

    // MARK: Opening

    /// Connects to the first of the host's addresses that answers (`getaddrinfo`).
    ///
    /// - Parameter isAccepted: decides about each socket before it is used; where it refuses, `interrupted` is thrown.
    static func connect(
        host: String, port: String, timeoutMilliseconds: Int, isAccepted: (Int32) -> Bool
    ) throws(TransportError.Code) -> PlainSocket {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, port, &hints, &first) == 0 else { throw .resolve }
        defer { unsafe freeaddrinfo(first) }
        var failure = TransportError.Code.connect
        var next = unsafe first
        while let address = unsafe next?.pointee {
            let socket = try unsafe open(address, timeoutMilliseconds, isAccepted)
            if unsafe Platform.connect(socket.descriptor, address.ai_addr, address.ai_addrlen) == 0 { return socket }
            if errno == EINPROGRESS || errno == EAGAIN { failure = .timeout }
            unsafe next = address.ai_next
        }
        throw failure
    }

    private static func open(
        _ address: addrinfo, _ timeoutMilliseconds: Int, _ isAccepted: (Int32) -> Bool
    ) throws(TransportError.Code) -> PlainSocket {
        let descriptor = unsafe socket(
            address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
        guard descriptor >= 0 else { throw .connect }
        let socket = PlainSocket(adopting: descriptor)
        guard isAccepted(descriptor) else { throw .interrupted }
        var one: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        // It limits connecting; nothing is sent that would have to wait (`send`).
        var limit = timeval(tv_sec: timeoutMilliseconds / 1000, tv_usec: timeoutMilliseconds % 1000 * 1000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return socket
    }

    // MARK: Using

    /// Whether an idle connection can carry a request: the peer has neither closed it nor said anything unasked.
    var isFit: Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count < 0 && errno == EAGAIN
    }

    /// Sends everything.
    ///
    /// - Returns: false where the peer answered, or was gone, before it had taken all.
    func send(_ bytes: [UInt8], until deadline: Deadline) throws(TransportError.Code) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return unsafe Platform.send(
                    descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                guard try wait(for: POLLIN | POLLOUT, until: deadline) & POLLIN == 0 else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Appends what has come, waiting for it; false at the end of the connection, however it came.
    func receive(into input: inout [UInt8], until deadline: Deadline) throws(TransportError.Code) -> Bool {
        while true {
            // Without a limit the wait is the call's own.
            if deadline.isLimited { _ = try wait(for: POLLIN, until: deadline) }
            var count = 0
            input.append(addingCapacity: Self.pieceBytes) { room in
                unsafe room.withUnsafeMutableBufferPointer { bytes, filled in
                    unsafe count = recv(descriptor, bytes.baseAddress, bytes.count, 0)
                    filled = max(0, count)
                }
            }
            if count < 0 && errno == EINTR { continue }
            return count > 0
        }
    }

    /// Waits until the socket is ready for one of the events or has failed; returns which (`poll`).
    private func wait(for events: Int32, until deadline: Deadline) throws(TransportError.Code) -> Int32 {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = unsafe poll(&entry, 1, deadline.milliseconds)
            if count > 0 { return Int32(entry.revents) }
            if count == 0 { throw .timeout }
            guard errno == EINTR else { throw .noResponse }
        }
    }
}
