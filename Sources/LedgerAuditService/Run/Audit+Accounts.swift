internal import PostgresClient

// What is to be seen of each account without its entries.
extension Audit {
    /// Makes a check page by page; a run that was cut goes on behind the last page that it stored.
    mutating func walkAccounts(_ check: AccountCheck) throws(DatabaseError) {
        while true {
            let after = try accountPlace(of: check.name)
            let end = try read(AccountCheck.endOfPage(after: after, rows: accountRows)).only()
            let isLast = try end.decode("rows", as: Int64.self) < accountRows
            // Behind the last account there may be holds of one that is nowhere else.
            let last = isLast ? Int64.max : try end.decode("last", as: Int64.self)
            var next = result
            try next.findings.append(try read(check.sql(after: after, upTo: last)))
            guard !isLast else {
                next.progress.finish(check.name)
                return try commit(next)
            }
            next.progress.move(check.name, to: ["\(last)"])
            try commit(next)
        }
    }

    private func accountPlace(of stage: String) throws(DatabaseError) -> Int64? {
        guard let place = result.progress.places[stage] else { return nil }
        guard place.count == 1, let account = Int64(place[0]) else {
            throw DatabaseError(.decoding, "the place of a run cannot be read", column: "progress")
        }
        return account
    }
}
