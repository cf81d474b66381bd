internal import CCurl
internal import Platform

/// Takes a response's bytes from libcurl; its buffers are kept from one exchange to the next.
final class ResponseSink {
    var head: [UInt8] = []
    var body: [UInt8] = []
    var maximumBodyBytes = 0
    private(set) var overflowed = false
    /// Decides whether a new socket may be used; see `HTTPConnection.init`.
    let socketOpened: ((Int32) -> Bool)?
    private(set) var socketRefused = false

    /// What is kept between exchanges; a larger buffer goes back, because a Lambda environment pays for its peak.
    private static let keptBytes = 1 << 20
    private static let maximumHeadBytes = 256 << 10

    init(socketOpened: ((Int32) -> Bool)?) {
        self.socketOpened = socketOpened
        head.reserveCapacity(1024)
    }

    func begin(maximumBodyBytes: Int) {
        self.maximumBodyBytes = maximumBodyBytes
        overflowed = false
        socketRefused = false
        head.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: body.capacity <= Self.keptBytes)
    }

    /// Takes one line of the header section; false ends the exchange.
    func takeHead(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        // A new status line: what came before was an interim response (RFC 9110, section 15.2).
        if unsafe line.count > 5 && line[0] == 0x48 && line[4] == 0x2F && line[1] == 0x54 {
            head.removeAll(keepingCapacity: true)
        }
        guard head.count + line.count <= Self.maximumHeadBytes else {
            overflowed = true
            return false
        }
        unsafe head.append(contentsOf: line)
        return true
    }

    /// Takes a piece of the body; false ends the exchange.
    func takeBody(_ piece: UnsafeBufferPointer<UInt8>, announced: () -> Int) -> Bool {
        guard piece.count <= maximumBodyBytes - body.count else {
            overflowed = true
            return false
        }
        if body.isEmpty {
            let length = announced()
            if length > piece.count { body.reserveCapacity(min(length, maximumBodyBytes)) }
        }
        unsafe body.append(contentsOf: piece)
        return true
    }

    /// Opens a socket for libcurl unless the owner refuses; -1 (`CURL_SOCKET_BAD`) then.
    func openSocket(_ address: UnsafePointer<curl_sockaddr>) -> Int32 {
        let socket = unsafe nerdwork_curl_open_socket(address)
        guard socket >= 0, let socketOpened else { return socket }
        if socketOpened(socket) { return socket }
        socketRefused = true
        _ = close(socket)
        return -1
    }
}
