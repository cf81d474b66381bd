internal import PostgresClient

// What operators want to see of books that are sound.
extension Audit {
    /// Nil where there are no totals.
    func digest() throws(DatabaseError) -> AuditDigest? {
        guard let supply = AuditDigest.supply(of: result.totals) else { return nil }
        var days: [AuditDigest.Day] = []
        for row in try read(DigestQueries.days) {
            // The day was counted before, else it is counted now.
            let known = try row.decodeIfPresent("amount", as: Int64.self) != nil
            let rewards = known ? row : try read(DigestQueries.rewards(in: TimeWindow(row))).only()
            days.append(
                AuditDigest.Day(
                    day: try row.decode("day"), amount: try rewards.decode("amount"),
                    count: try rewards.decode("count")))
        }
        var holdings: [AuditDigest.Holding] = []
        for row in try read(DigestQueries.richest) {
            holdings.append(
                AuditDigest.Holding(account: try row.decode("account"), balance: try row.decode("balance")))
        }
        return AuditDigest(supply: supply, rewardsPerDay: days, topAccounts: holdings)
    }
}
