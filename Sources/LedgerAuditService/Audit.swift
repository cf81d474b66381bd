internal import Codecs
internal import Ledger
package import PostgresClient

/// Proves that the books balance, or says where they do not.
///
/// Everything is read in short statements, each with a snapshot of its own, because a long snapshot slows every posting.
/// That is sound: an entry never changes, its position is assigned under the lock of its balance, and a posting commits as
/// a whole. Both directions are read: from each balance to its entries, and from new entries back to their balances.
///
/// An **incremental** audit trusts its checkpoints and the end of the last verification. It sees every balance that
/// disagrees with its checkpoint and entries, and everything wrong about an entry or transaction that is new since the
/// last audit. It does not see
/// - an entry at or below its account's checkpoint that was changed, moved or deleted afterwards,
/// - a transaction older than the last verification that was changed, deleted or emptied afterwards,
/// - a new entry that claims an older time than the last verification, unless its balance row says otherwise,
/// - a wallet that was renamed, as long as nothing new is posted to it,
/// - balances changed together with their checkpoints, where the sum of all stays zero,
/// - anything that whoever writes checkpoints and reports (its own role) has declared verified.
///
/// A **full** audit reads everything and sees these too.
///
/// Neither sees a forgery that is complete: entries, balances, checkpoints and fingerprints rewritten together, the
/// newest transactions removed without a trace, a remembered rejection deleted or changed. That takes a chain of hashes
/// and an anchor outside the database. Metadata and the bodies of functions are not verified.
package struct Audit {
    private let connection: PostgresConnection
    private let limit: TimeLimit?
    private var result: AuditResult

    /// How many entries one statement reads at most.
    private static let sliceSize: Int64 = 20_000

    private init(_ mode: AuditMode, _ connection: PostgresConnection, _ limit: TimeLimit?) {
        self.connection = connection
        self.limit = limit
        result = AuditResult(mode: mode)
    }

    /// Runs every check that there is time for.
    ///
    /// Never throws: a check that cannot run makes the result incomplete.
    /// - Parameter limit: when to stop; nil for never.
    package static func run(
        _ mode: AuditMode, _ connection: PostgresConnection, until limit: TimeLimit? = nil
    ) -> AuditResult {
        var audit = Audit(mode, connection, limit)
        audit.attempt("start") { audit throws(DatabaseError) in try audit.start() }
        let checks = (mode == .full ? BalanceChecks.full : BalanceChecks.incremental) + StructureChecks.all
        for check in checks {
            audit.attempt(check.name) { audit throws(DatabaseError) in
                try audit.result.findings.append(try audit.read(check.sql))
            }
        }
        audit.attempt("account chains") { audit throws(DatabaseError) in try audit.verifyChains() }
        audit.attempt("transactions") { audit throws(DatabaseError) in try audit.verifyTransactions() }
        // Months ahead need partitions before their first entry; where this fails, entries go to the default one.
        audit.attempt("partitions ahead") { audit throws(DatabaseError) in
            _ = try audit.read("select ledger.prepare_partitions(3)")
        }
        if audit.result.state == .clean { audit.result.digest = try? audit.digest() }
        return audit.result
    }
}

extension Audit {
    /// Runs a check; what keeps it from its end is noted.
    private mutating func attempt(_ check: String, _ body: (inout Audit) throws(DatabaseError) -> Void) {
        do {
            try body(&self)
        } catch {
            let reason = error.sqlState == "57014" ? "deadline" : error.sqlState ?? error.code.rawValue
            result.unfinished.append((check, reason))
        }
    }

    /// Runs one statement, if there is time.
    private func read(_ sql: SQL) throws(DatabaseError) -> QueryResult {
        if let limit, limit.hasPassed { throw DatabaseError(.deadline, "no time is left for the audit") }
        return try connection.query(sql)
    }

    /// Notes the time and what the books hold in all.
    private mutating func start() throws(DatabaseError) {
        result.startedAt = try read("select clock_timestamp()::text as now").only().decode("now")
        let totals = try read(
            """
            select coalesce(case when a.kind = 0 then a.reference end, 'wallets') as name,
                   sum(b.balance)::text as amount, count(*) as accounts
              from ledger.balances b left join ledger.accounts a on a.account_id = b.account_id
             group by 1 order by 1
            """)
        for row in totals {
            result.totals.amounts.append((try row.decode("name"), try row.decode("amount")))
            result.accounts += try row.decode("accounts", as: Int64.self)
        }
    }
}

// What operators want to see of books that are sound.
extension Audit {
    /// Nil where there are no totals.
    private func digest() throws(DatabaseError) -> AuditDigest? {
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

// From each balance to its entries.
extension Audit {
    private mutating func verifyChains() throws(DatabaseError) {
        var last: (account: Int64, stripe: Int16) = (.min, 0)
        while true {
            let rows = try read(ChainQueries.page(after: last.account, stripe: last.stripe, mode: result.mode))
            var chains: [AccountChain] = []
            for row in rows { chains.append(try AccountChain(row)) }
            guard let end = chains.last else { return }
            last = (end.account, end.stripe)
            try verify(chains)
        }
    }

    /// Verifies a page of accounts, some entries of each at a time.
    private mutating func verify(_ page: [AccountChain]) throws(DatabaseError) {
        var open = page.filter { $0.seq >= $0.verifiedSeq }
        while !open.isEmpty {
            let (chains, ends) = Self.nextSlices(of: open)
            let slices = try slices(chains, ends)
            var advanced: [AccountChain] = []
            for (chain, end) in zip(chains, ends) {
                let slice = slices[Position(chain)] ?? .empty
                result.entries += slice.entries
                let findings = chain.findings(in: slice, upTo: end)
                for finding in findings { result.findings.append(finding) }
                if findings.isEmpty { advanced.append(chain.advanced(to: slice, seq: end)) }
            }
            open = Array(open.dropFirst(chains.count))
            settle(advanced, &open)
        }
    }

    /// Chains at their end are compared with their balance; the others go on.
    private mutating func settle(_ chains: [AccountChain], _ open: inout [AccountChain]) {
        for chain in chains {
            guard chain.remaining == 0 else {
                open.insert(chain, at: 0)
                continue
            }
            let findings = chain.balanceFindings
            for finding in findings { result.findings.append(finding) }
            if findings.isEmpty { result.verified.append(chain) }
        }
    }

    /// The first chains and how far to read each, so that one statement reads `sliceSize` entries at most.
    static func nextSlices(of chains: [AccountChain]) -> ([AccountChain], [Int64]) {
        var taken: [AccountChain] = []
        var ends: [Int64] = []
        var room = sliceSize
        for chain in chains {
            let length = min(chain.remaining, room)
            guard length > 0 || chain.remaining == 0 else { break }
            taken.append(chain)
            ends.append(chain.verifiedSeq + length)
            room -= length
        }
        return (taken, ends)
    }

    private func slices(_ chains: [AccountChain], _ ends: [Int64]) throws(DatabaseError) -> [Position: ChainSlice] {
        guard chains.contains(where: { $0.remaining > 0 }) else { return [:] }
        var slices: [Position: ChainSlice] = [:]
        for row in try read(ChainQueries.slices(chains, upTo: ends)) {
            let position = Position(account: try row.decode("account_id"), stripe: try row.decode("stripe"))
            slices[position] = try ChainSlice(row)
        }
        return slices
    }

    private struct Position: Hashable {
        let account: Int64
        let stripe: Int16

        init(account: Int64, stripe: Int16) {
            self.account = account
            self.stripe = stripe
        }

        init(_ chain: AccountChain) {
            self.init(account: chain.account, stripe: chain.stripe)
        }
    }
}

// From each transaction to its entries, and from entries to their balances.
extension Audit {
    private mutating func verifyTransactions() throws(DatabaseError) {
        let verified: String? = try read(
            """
            select (select verified_until from ledger.audits
                     where verified_until <= now() and isfinite(verified_until)
                     order by verified_until desc limit 1)::text as verified
            """
        ).only().decodeIfPresent("verified")
        if result.mode == .incremental, let verified {
            for window in try windows(TimeWindow.hours(since: verified)) {
                result.transactions += try result.findings.append(try read(TransactionChecks.inWindow(window)))
                try result.findings.append(try read(EntryChecks.inWindow(window)))
            }
        } else {
            try verifyAllTransactions()
            for window in try windows(TimeWindow.days) {
                try result.findings.append(try read(EntryChecks.inWindow(window)))
            }
        }
        result.hasReadTransactions = true
    }

    private mutating func verifyAllTransactions() throws(DatabaseError) {
        // Nil stands below every identifier; one of all zeros is an identifier like any other.
        var last: UUID?
        while let row = try read(TransactionChecks.endOfPage(after: last)).first {
            let end = try row.decode("transaction_id", as: UUID.self)
            result.transactions += try result.findings.append(try read(TransactionChecks.after(last, upTo: end)))
            last = end
        }
    }

    private func windows(_ sql: SQL) throws(DatabaseError) -> [TimeWindow] {
        var windows: [TimeWindow] = []
        for row in try read(sql) { windows.append(try TimeWindow(row)) }
        return windows
    }
}
