package import Codecs

/// A place in a list that is sorted by time and, within a moment, by identifier.
///
/// The next page begins behind it, however many rows arrive in between.
package struct ListPosition: Hashable, Sendable {
    package let time: Timestamp
    package let id: UUID

    /// Behind everything of its moment, where a list that is sorted downwards begins.
    package static let lastID = UUID(high: .max, low: .max)

    package init(time: Timestamp, id: UUID) {
        self.time = time
        self.id = id
    }

    /// Throws 400 `invalid_cursor` where `cursor` did not write it.
    package init(_ cursor: Cursor) throws(Problem) {
        guard cursor.keys.count == 3 else { throw .invalidCursor }
        time = try cursor.moment(0)
        id = UUID(high: UInt64(bitPattern: cursor.keys[1]), low: UInt64(bitPattern: cursor.keys[2]))
    }

    package var cursor: Cursor {
        Cursor([time.millisecondsSince1970, Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
    }
}
