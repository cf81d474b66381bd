/// The rows of one finished statement.
///
/// Rows stay valid as long as anything refers to them, also after the connection is gone.
package struct QueryResult: RandomAccessCollection {
    private let handle: ResultHandle
    /// How many rows there are.
    package let count: Int

    init(_ handle: ResultHandle) {
        self.handle = handle
        count = handle.rowCount
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    /// The row at a position from 0 to `count` - 1.
    package subscript(position: Int) -> Row {
        Row(handle, position)
    }

    /// Rows changed or returned (`PQcmdTuples`).
    package var affectedRows: Int { handle.affectedRows }

    /// The single row of a statement that must return one.
    ///
    /// Throws `.decoding` when there are none or several.
    package func only() throws(DatabaseError) -> Row {
        guard count == 1 else { throw DatabaseError(.decoding, "expected one row, found \(count)") }
        return self[0]
    }
}

@available(*, unavailable) extension QueryResult: Sendable {}
