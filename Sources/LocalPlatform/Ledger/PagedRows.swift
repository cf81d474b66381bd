internal import PostgresClient

/// The rows of a large result in pages, each after the last row of the one before; never more than a page in memory.
struct PagedRows {
    private let transaction: Transaction
    /// The statement of the page behind a row; nil asks for the first.
    private let page: (Row?) throws(DatabaseError) -> SQL
    private var rows: QueryResult?
    private var position = 0
    private var last: Row?

    init(_ transaction: Transaction, _ page: @escaping (Row?) throws(DatabaseError) -> SQL) {
        self.transaction = transaction
        self.page = page
    }

    mutating func next() throws(DatabaseError) -> Row? {
        if let rows, position < rows.count { return take(rows) }
        // A page that is empty ends it; one that is not full does so with the next.
        if let rows, rows.isEmpty { return nil }
        let fetched = try transaction.query(try page(last))
        rows = fetched
        position = 0
        return fetched.isEmpty ? nil : take(fetched)
    }

    private mutating func take(_ rows: QueryResult) -> Row {
        let row = rows[position]
        position += 1
        last = row
        return row
    }
}
