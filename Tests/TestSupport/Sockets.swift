internal import Platform

/// The few socket calls that the proxy needs.
enum Sockets {
    /// A listening socket on a free loopback port.
    static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            let generic = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(descriptor, generic, length) == 0 && Platform.listen(descriptor, 64) == 0
                && getsockname(descriptor, generic, &length) == 0
        }
        guard descriptor >= 0, bound else { throw HarnessError("cannot listen on loopback: errno \(errno)") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Sends each message at once (`TCP_NODELAY`).
    ///
    /// Else a message that follows another one waits until the other end has acknowledged that, which takes its kernel
    /// 40 ms: longer than a whole statement, on every journey of it.
    static func sendAtOnce(_ descriptor: Int32) {
        var one: Int32 = 1
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// A connection to a Unix socket.
    static func connect(path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            let generic = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return unsafe Platform.connect(descriptor, generic, size) == 0
        }
        guard connected else {
            _ = close(descriptor)
            return nil
        }
        return descriptor
    }

    /// What has arrived; empty at the end of the stream.
    static func receive(_ descriptor: Int32) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    /// Sends everything, or returns false.
    static func send(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Platform.send(
                    descriptor, buffer.baseAddress.map { unsafe $0 + offset }, bytes.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }
}

/// A loopback port where the kernel accepts connections and nobody speaks; the caller closes the descriptor.
package func silentListener() throws -> (descriptor: Int32, port: UInt16) {
    try Sockets.listen()
}
