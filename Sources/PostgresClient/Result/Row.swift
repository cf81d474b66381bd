/// One row of a result; a view, cheap to pass on.
package struct Row {
    private let handle: ResultHandle
    private let position: Int

    init(_ handle: ResultHandle, _ position: Int) {
        self.handle = handle
        self.position = position
    }

    /// The value of a column.
    ///
    /// Throws `.decoding`, naming the column, when there is no such column, it is NULL, or its type does not fit.
    package func decode<Value: ColumnDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        guard let value = try decodeIfPresent(column, as: type) else {
            throw DatabaseError(.decoding, "column \"\(column)\" is NULL", column: column)
        }
        return value
    }

    /// The value of a column, or nil when it is NULL.
    ///
    /// Throws `.decoding` as `decode` does.
    package func decodeIfPresent<Value: ColumnDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        guard let index = handle.column(named: column) else {
            throw DatabaseError(.decoding, "there is no column \"\(column)\"", column: column)
        }
        let columnType = handle.type(ofColumn: index)
        let cell: Cell<Value> = handle.withCell(row: position, column: index) { bytes in
            guard let bytes else { return .null }
            return Value.decode(bytes, type: columnType).map(Cell.value) ?? .mismatch
        }
        switch cell {
        case .null: return nil
        case .value(let value): return value
        case .mismatch:
            let reason = "column \"\(column)\" (type \(columnType.identifier)) cannot be read as \(type)"
            throw DatabaseError(.decoding, reason, column: column)
        }
    }
}

private enum Cell<Value> {
    case null
    case value(Value)
    case mismatch
}

@available(*, unavailable) extension Row: Sendable {}
