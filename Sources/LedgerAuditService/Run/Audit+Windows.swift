internal import Codecs
internal import PostgresClient

// From each transaction to its entries, from entries to their balances, and what is still to be written.
extension Audit {
    /// In an incremental audit those since the last one; all where nothing has been verified before.
    mutating func verifyTransactions() throws(DatabaseError) {
        let goesByIdentifier = result.progress.places["transactions"]?.count == 1
        guard !goesByIdentifier, let start = try walkStart() else { return try verifyAllTransactions() }
        try walk("transactions", from: start) { audit, window, next throws(DatabaseError) in
            let read = try next.findings.append(try audit.read(TransactionChecks.inWindow(window)))
            next.transactions += read
            return read
        }
    }

    mutating func verifyEntries() throws(DatabaseError) {
        try walk("entries", from: try walkStart()) { audit, window, next throws(DatabaseError) in
            try next.findings.append(try audit.read(EntryChecks.inWindow(window)))
        }
    }

    mutating func verifyHolds() throws(DatabaseError) {
        try walk("captured holds", from: try walkStart(TimeWindow.verifiedHolds)) {
            audit, window, next throws(DatabaseError) in
            try next.findings.append(try audit.read(HoldChecks.inWindow(window)))
        }
    }

    mutating func verifyDeferred() throws(DatabaseError) {
        let stage = "deferred entries"
        while true {
            let place = result.progress.places[stage] ?? []
            let id = place.first.flatMap { UUID($0) }
            let account = place.last.flatMap { Int64($0) } ?? 0
            guard let row = try read(DeferredChecks.endOfPage(after: id, account: account)).first else { return }
            let last = (
                id: try row.decode("transaction_id", as: UUID.self),
                account: try row.decode("account_id", as: Int64.self)
            )
            var next = result
            try next.findings.append(try read(DeferredChecks.after(id, account: account, upTo: last)))
            next.progress.move(stage, to: ["\(last.id)", "\(last.account)"])
            try commit(next)
        }
    }

    private func walkStart(_ sql: SQL = TimeWindow.verified) throws(DatabaseError) -> String? {
        guard result.mode == .incremental else { return nil }
        return try read(sql).only().decodeIfPresent("start")
    }

    /// By identifier, in pages.
    private mutating func verifyAllTransactions() throws(DatabaseError) {
        let stage = "transactions"
        while true {
            // Nil stands below every identifier; one of all zeros is an identifier like any other.
            let last = result.progress.places[stage]?.first.flatMap { UUID($0) }
            guard let row = try read(TransactionChecks.endOfPage(after: last)).first else { return }
            let end = try row.decode("transaction_id", as: UUID.self)
            var next = result
            next.transactions += try next.findings.append(try read(TransactionChecks.after(last, upTo: end)))
            next.progress.move(stage, to: ["\(end)"])
            try commit(next)
        }
    }
}

// Windows of time, as long as one statement reads in a moment.
extension Audit {
    /// Reads one window: adds to the findings and answers how many rows were read.
    typealias WindowCheck = (Audit, TimeWindow, inout AuditResult) throws(DatabaseError) -> Int64

    /// Walks from a time, or from before everything, to the present.
    mutating func walk(_ stage: String, from start: String?, _ check: WindowCheck) throws(DatabaseError) {
        while true {
            let pace = try WindowPace(result.progress.places[stage]) ?? start.map { WindowPace(start: $0) }
            let statement = pace.map { TimeWindow.next(from: $0.start, seconds: $0.seconds) } ?? TimeWindow.beginning
            let window = try TimeWindow(try read(statement).only())
            var next = result
            let count = try check(self, window, &next)
            guard window.end != "infinity" else {
                next.progress.finish(stage)
                return try commit(next)
            }
            next.progress.move(stage, to: (pace ?? WindowPace(start: window.end)).after(window, rows: count).place)
            try commit(next)
        }
    }
}

/// Where the next window begins and how long it is: longer where little happened, shorter where much did.
struct WindowPace: Hashable {
    var start: String
    var seconds: Int64 = 300

    private static let few = 5_000
    private static let many = 20_000
    private static let longest: Int64 = 32 * 86_400

    init(start: String) {
        self.start = start
    }

    init?(_ place: [String]?) throws(DatabaseError) {
        guard let place else { return nil }
        guard place.count == 2, let seconds = Int64(place[1]), seconds > 0 else {
            throw DatabaseError(.decoding, "the place of a run cannot be read", column: "progress")
        }
        start = place[0]
        self.seconds = seconds
    }

    var place: [String] { [start, "\(seconds)"] }

    func after(_ window: TimeWindow, rows: Int64) -> WindowPace {
        var next = self
        next.start = window.end
        if rows < Self.few { next.seconds = min(seconds * 2, Self.longest) }
        if rows > Self.many { next.seconds = max(seconds / 2, 1) }
        return next
    }
}
