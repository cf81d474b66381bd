internal import CPostgres
internal import Platform

/// The one owner of a `PGresult`; `PQclear` runs once, when the last row that refers to it is gone.
@safe final class ResultHandle {
    private let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }
    var rowCount: Int { Int(unsafe PQntuples(pointer)) }
    var columnCount: Int { Int(unsafe PQnfields(pointer)) }

    /// What the server says it did, as "INSERT 0 1" (`PQcmdStatus`).
    var commandTag: String {
        guard let text = unsafe PQcmdStatus(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    /// Rows changed or returned; 0 for statements that do neither (`PQcmdTuples`).
    var affectedRows: Int {
        guard let text = unsafe PQcmdTuples(pointer) else { return 0 }
        return unsafe Int(String(cString: text)) ?? 0
    }

    /// A field of the server's error report (`PQresultErrorField`).
    func errorField(_ code: Int32) -> String? {
        guard let text = unsafe PQresultErrorField(pointer, code) else { return nil }
        return unsafe String(cString: text)
    }

    /// The message as libpq words it, for errors that are libpq's own (`PQresultErrorMessage`).
    var errorMessage: String {
        guard let text = unsafe PQresultErrorMessage(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    /// The position of the column with exactly this name.
    ///
    /// Two columns of one name: the first.
    func column(named name: String) -> Int? {
        for column in 0..<columnCount {
            guard let candidate = unsafe PQfname(pointer, Int32(column)) else { continue }
            if unsafe strcmp(candidate, name) == 0 { return column }
        }
        return nil
    }

    func type(ofColumn column: Int) -> PostgresType {
        PostgresType(identifier: unsafe PQftype(pointer, Int32(column)))
    }

    /// Hands the binary form of a cell to `body`, or nil for NULL.
    func withCell<Value>(row: Int, column: Int, _ body: (borrowing Span<UInt8>?) -> Value) -> Value {
        let row = Int32(truncatingIfNeeded: row)
        let column = Int32(truncatingIfNeeded: column)
        guard unsafe PQgetisnull(pointer, row, column) == 0, let start = unsafe PQgetvalue(pointer, row, column) else {
            return body(nil)
        }
        let length = Int(unsafe PQgetlength(pointer, row, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length).assumingMemoryBound(to: UInt8.self)
        return unsafe body(bytes.span)
    }
}

@available(*, unavailable) extension ResultHandle: Sendable {}
