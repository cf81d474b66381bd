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

    /// The value of the first field with that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
