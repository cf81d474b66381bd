package import PostgresClient

/// The ledger's statements and what their rows mean.
package enum LedgerStatement {
    /// Posts once.
    ///
    /// One row: `status`, `reason`, `replayed`, `balances`; read it with `decode`.
    ///
    /// A database transaction makes one posting only: the order of locks that excludes deadlocks is that of one call.
    package static func post(_ posting: Posting) -> SQL {
        "select status, reason, replayed, balances from \(post: posting)"
    }

    /// What became of a posting.
    ///
    /// Throws `.decoding` for a status or reason that this version does not know.
    package static func decode(_ row: Row) throws(DatabaseError) -> PostingOutcome {
        let replayed = try row.decode("replayed", as: Bool.self)
        switch try row.decode("status", as: Int16.self) {
        case 0:
            let balances = try row.decode("balances", as: NullableArray<Int64>.self).elements
            return .posted(balances: balances, replayed: replayed)
        case 1:
            let code = try row.decode("reason", as: Int16.self)
            guard let reason = RejectionReason(rawValue: code) else {
                throw DatabaseError(.decoding, "unknown reason \(code)", column: "reason")
            }
            return .rejected(reason, replayed: replayed)
        case let status:
            throw DatabaseError(.decoding, "unknown status \(status)", column: "status")
        }
    }
}

extension SQL.StringInterpolation {
    /// The call of `ledger.post`, to stand after `from` in a larger statement.
    ///
    ///     with posted as (select * from \(post: posting))
    ///     insert into outbox.events … select … from posted where status = 0 and not replayed
    package mutating func appendInterpolation(post posting: Posting) {
        appendLiteral("ledger.post(")
        appendInterpolation(posting.id)
        appendLiteral(", ")
        appendInterpolation(posting.type.rawValue)
        appendLiteral(", ")
        appendInterpolation(posting.fingerprint)
        appendLiteral(", ")
        appendInterpolation(posting.legs.map(\.account.text))
        appendLiteral(", ")
        appendInterpolation(posting.legs.map(\.amount))
        appendLiteral(", ")
        appendInterpolation(json: posting.metadata)
        appendLiteral(", ")
        appendInterpolation(posting.reverses)
        appendLiteral(")")
    }
}
