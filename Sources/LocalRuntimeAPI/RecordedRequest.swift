/// A request as the server received it.
package struct RecordedRequest: Sendable {
    package let method: String
    package let path: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// Which of the server's connections it came by, counted from 0.
    package let connection: Int
    /// When its last byte had arrived, by the monotonic clock, in nanoseconds.
    package let arrived: Int64
    /// The client's address; all of 127.0.0.0/8 is this machine, so that clients may come from several.
    package let peer: String

    package init(
        method: String, path: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        connection: Int = 0, arrived: Int64 = 0, peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.connection = connection
        self.arrived = arrived
        self.peer = peer
    }

    /// The value of the first field with that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
