/// What one flush carries, in order, and what each part is for.
struct Batch {
    enum Role: Equatable {
        /// Its result goes to the caller.
        case statement
        case begin
        case commit
        /// After a commit that did not wait for the disk: the transaction whose commit does.
        case flush
        case rollback
        case timeout(milliseconds: Int64)
        /// A setting that ends with the transaction.
        case setting
    }

    private(set) var parts: [(sql: SQL, role: Role)] = []

    mutating func append(_ sql: SQL, _ role: Role) {
        parts.append((sql, role))
    }

    mutating func append(contentsOf statements: [SQL]) {
        for statement in statements { append(statement, .statement) }
    }

    /// Why the batch cannot be sent, or nil.
    var defect: String? {
        for (sql, _) in parts {
            if let defect = sql.defect { return defect }
            if sql.types.count > 65_535 { return "a statement has more than 65535 parameters" }
            if sql.text.utf8.contains(0) { return "a statement's text has a zero byte" }
        }
        return nil
    }
}
