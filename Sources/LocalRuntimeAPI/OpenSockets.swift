internal import Platform

/// The sockets of a server that are open, by the number of their connection; their threads own and close them.
struct OpenSockets {
    private(set) var descriptors: [Int: Int32] = [:]
    private var connectionCount = 0

    var count: Int { descriptors.count }

    /// The number of a new connection, counted from 0.
    mutating func add(_ descriptor: Int32) -> Int {
        connectionCount += 1
        descriptors[connectionCount - 1] = descriptor
        return connectionCount - 1
    }

    /// To be called before the descriptor is closed and its number used again.
    mutating func remove(_ number: Int) {
        descriptors[number] = nil
    }

    /// Ends every connection, so that the threads that read from them come to their end.
    func shutDown() {
        for descriptor in descriptors.values { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// The same, as a peer does that has lost its state.
    func reset() {
        for descriptor in descriptors.values {
            var hard = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
            _ = shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }
}
