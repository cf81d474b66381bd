internal import CLocalSystem
internal import Platform

/// A listening socket on a loopback port: connections wait in it from now on, until a server accepts them.
///
/// Owns the descriptor; `close` runs once.
package final class Listener: Sendable {
    private let descriptor: Int32
    package let port: UInt16

    /// - Parameter port: 0 for one that the system chooses.
    package init(port: UInt16 = 0) throws(LocalRuntimeError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .socket(errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        // A port whose last server ended a moment ago may be taken again, if that server said so too; one that is served
        // may not.
        var one: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard Self.listen(descriptor, on: &address) else {
            let reason = errno
            _ = close(descriptor)
            throw .socket(reason)
        }
        self.descriptor = descriptor
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        _ = close(descriptor)
    }

    /// The next connection; nil when the listener was shut down.
    func accept() -> Int32? {
        while true {
            // A child process that inherited the socket would keep the connection open.
            let connection = nerdwork_accept(descriptor)
            if connection >= 0 { return connection }
            // Without a free descriptor the connection waits: somebody closes one in a moment.
            if errno == EMFILE || errno == ENFILE { usleep(5_000) }
            guard errno == EINTR || errno == ECONNABORTED || errno == EMFILE || errno == ENFILE else { return nil }
        }
    }

    /// Wakes `accept` and refuses further connections.
    func shutDown() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Binds, listens, and reads the port back into the address.
    private static func listen(_ descriptor: Int32, on address: inout sockaddr_in) -> Bool {
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length) == 0 && Platform.listen(descriptor, 512) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
    }
}
