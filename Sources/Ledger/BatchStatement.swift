package import PostgresClient

extension LedgerStatement {
    /// Posts 1 to 100 in one call, as if one after the other; no reversals.
    ///
    /// A row for each, in order: `place` (from 1), `status`, `reason`, `replayed`, `balances`; read them with
    /// `decodeBatch`. An error, such as an id that belongs to another posting, ends the whole call.
    ///
    /// A database transaction makes one such call only, and no other posting.
    package static func postBatch(_ postings: [Posting]) -> SQL {
        "select place, status, reason, replayed, balances from \(postBatch: postings) order by place"
    }

    /// What became of the postings, in their order.
    ///
    /// Throws `.decoding` as `decode` does, and when the rows are not the places from 1 on.
    package static func decodeBatch(_ rows: some Sequence<Row>) throws(DatabaseError) -> [PostingOutcome] {
        var outcomes: [PostingOutcome] = []
        for row in rows {
            let place = try row.decode("place", as: Int32.self)
            guard Int(place) == outcomes.count + 1 else {
                throw DatabaseError(.decoding, "place \(place) after \(outcomes.count)", column: "place")
            }
            outcomes.append(try decode(row))
        }
        return outcomes
    }
}

extension SQL.StringInterpolation {
    /// The call of `ledger.post_batch`, to stand after `from` in a larger statement.
    package mutating func appendInterpolation(postBatch postings: [Posting]) {
        let legs = postings.enumerated().flatMap { index, posting in posting.legs.map { (Int32(index + 1), $0) } }
        appendLiteral("ledger.post_batch(")
        appendInterpolation(postings.map(\.id))
        appendLiteral(", ")
        appendInterpolation(postings.map(\.type.rawValue))
        appendLiteral(", ")
        appendInterpolation(postings.map(\.fingerprint))
        appendLiteral(", ")
        appendInterpolation(legs.map(\.0))
        appendLiteral(", ")
        appendInterpolation(legs.map(\.1.account.text))
        appendLiteral(", ")
        appendInterpolation(legs.map(\.1.amount))
        appendLiteral(", ")
        appendMetadata(of: postings)
        appendLiteral(")")
    }

    /// An array of `jsonb` travels as text, an empty one for null.
    private mutating func appendMetadata(of postings: [Posting]) {
        guard postings.contains(where: { $0.metadata != nil }) else { return appendLiteral("null::jsonb[]") }
        appendLiteral("(select array_agg(nullif(m.text, '')::jsonb order by m.place) from unnest(")
        appendInterpolation(postings.map { String(decoding: $0.metadata ?? [], as: UTF8.self) })
        appendLiteral(") with ordinality m(text, place))")
    }
}
