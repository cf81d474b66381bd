internal import PostgresClient
internal import StrictJSON

// Where a run begins, or goes on.
extension Audit {
    mutating func begin(resuming: Bool) throws(DatabaseError) {
        if let earlier = try read(RunQueries.unfinished(result.mode)).first, resuming {
            try takeUp(earlier)
            return
        }
        _ = try read(RunQueries.abandon(result.mode))
        while try read(RunQueries.clean).affectedRows > 0 {}
        var next = AuditResult(mode: result.mode)
        for row in try read(RunQueries.cut(result.mode)) {
            next.run = try row.decode("run_id")
            next.startedAt = try row.decode("started")
            guard let name = try row.decodeIfPresent("name", as: String.self) else { continue }
            next.totals.amounts.append((name, try row.decode("amount")))
            next.accounts += try row.decode("accounts", as: Int64.self)
            next.deferredCount += try row.decode("deferred", as: Int64.self)
            next.deferredTotal = Self.sum(next.deferredTotal, try row.decode("deferred_amount"))
        }
        let net = next.totals.amounts.reduce("0") { Self.sum($0, $1.amount) }
        if net != "0" {
            next.findings.append(Finding(.netNotZero, "sum of all balances and of what is deferred is \(net)"))
        }
        result = next
        try commit(next)
    }

    private mutating func takeUp(_ row: Row) throws(DatabaseError) {
        let bytes = try row.decode("progress", as: [UInt8].self)
        var next = AuditResult(mode: result.mode)
        next.run = try row.decode("run_id")
        next.startedAt = try row.decode("started")
        do throws(JSONError) {
            try next.restore(try JSONDocument(parsing: bytes).root)
        } catch {
            throw DatabaseError(.decoding, "the progress of a run cannot be read", column: "progress")
        }
        result = next
    }

    /// The lock goes with the session; here it goes at once, so that a session that is kept keeps nobody out.
    func unlock() {
        let limit = connection.limit
        connection.limit = .after(milliseconds: 1_000)
        defer { connection.limit = limit }
        _ = try? connection.query(RunQueries.unlock)
    }

    /// Sums of `numeric` as decimal text; forged numbers may exceed 64 bits, not 128.
    private static func sum(_ left: String, _ right: String) -> String {
        let (sum, overflows) = (Int128(left) ?? .max).addingReportingOverflow(Int128(right) ?? .max)
        return overflows ? "out of range" : "\(sum)"
    }
}
