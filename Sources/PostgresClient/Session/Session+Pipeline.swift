internal import CPostgres
internal import Platform

extension Session {
    /// Queues a Parse for later use under `name` (`PQsendPrepare`).
    func sendPrepare(name: String, _ sql: SQL) -> Bool {
        let types = sql.types.map(\.identifier)
        return unsafe PQsendPrepare(connection, name, sql.text, Int32(types.count), types) == 1
    }

    /// Queues Bind, Describe and Execute of a prepared statement, results in binary (`PQsendQueryPrepared`).
    func sendExecute(name: String, _ sql: SQL) -> Bool {
        let formats = [Int32](repeating: 1, count: sql.lengths.count)
        // Without any byte there is no address, and no address means NULL.
        let payload = sql.payload.isEmpty ? [0] : sql.payload
        return unsafe payload.withUnsafeBytes { payload in
            let values = unsafe Session.valuePointers(of: sql, in: payload)
            return unsafe PQsendQueryPrepared(
                connection, name, Int32(sql.lengths.count), values, sql.lengths, formats, 1) == 1
        }
    }

    /// Queues a statement without a name and without parameters (`PQsendQueryParams`).
    func sendUnnamed(_ text: String) -> Bool {
        unsafe PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 1) == 1
    }

    /// Ends the batch and starts sending it (`PQpipelineSync`).
    func sendSync() -> Bool {
        unsafe PQpipelineSync(connection) == 1
    }

    /// A pointer to each parameter; libpq takes nil for NULL, and reads nothing through the pointer of an empty one.
    private static func valuePointers(
        of sql: SQL, in payload: UnsafeRawBufferPointer
    ) -> [UnsafePointer<CChar>?] {
        var values: [UnsafePointer<CChar>?] = unsafe []
        unsafe values.reserveCapacity(sql.lengths.count)
        var offset = 0
        for length in sql.lengths {
            guard length >= 0 else {
                unsafe values.append(nil)
                continue
            }
            let start = unsafe payload.baseAddress.map { unsafe $0 + offset }
            unsafe values.append(start?.assumingMemoryBound(to: CChar.self))
            offset += Int(length)
        }
        return unsafe values
    }

    /// Sends what is queued, reading meanwhile so that neither side waits for the other (`PQflush`).
    func flush(_ limit: TimeLimit?) throws(DatabaseError) {
        while true {
            let state = unsafe PQflush(connection)
            // A failed write is reported by the next read, behind what the server may still have said.
            guard state == 1 else { return }
            let events = try wait(for: POLLIN | POLLOUT, limit)
            if events & POLLIN != 0, unsafe PQconsumeInput(connection) == 0 { return }
        }
    }

    /// The next result; nil marks the end of one statement's results (`PQgetResult`).
    func nextResult(_ limit: TimeLimit?) throws(DatabaseError) -> ResultHandle? {
        while unsafe PQisBusy(connection) == 1 {
            try wait(for: POLLIN, limit)
            // On failure the next PQgetResult tells what was said last.
            if unsafe PQconsumeInput(connection) == 0 { break }
        }
        guard let pointer = unsafe PQgetResult(connection) else { return nil }
        return unsafe ResultHandle(adopting: pointer)
    }

    /// Sends a text of several statements by the simple protocol, outside pipeline mode (`PQsendQuery`).
    func sendScript(_ text: String) -> Bool {
        unsafe PQexitPipelineMode(connection) == 1 && PQsendQuery(connection, text) == 1
    }

    /// Back to pipeline mode after a script.
    func resumePipelineMode() -> Bool {
        unsafe PQenterPipelineMode(connection) == 1
    }

    /// Whether a transaction block is open and whether it has failed (`PQtransactionStatus`).
    var transactionStatus: PGTransactionStatusType {
        unsafe PQtransactionStatus(connection)
    }
}
