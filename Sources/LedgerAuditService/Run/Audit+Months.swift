internal import Codecs
internal import PostgresClient

// Months that are over: sealed once, and read again a slice each night.
extension Audit {
    private static let verifying = "sealed months"

    /// Reads the slices whose turn it is; in a full audit all of them.
    mutating func verifySealedMonths() throws(DatabaseError) {
        while true {
            let place = result.progress.places[Self.verifying] ?? ["-infinity", "-1"]
            guard place.count >= 2, let slice = Int16(place[1]) else { throw Self.unreadable }
            let turn = MonthQueries.turn(
                result.startedAt, after: place[0], slice: slice, everything: result.mode == .full)
            guard let row = try read(turn).first else { return }
            try verify(row)
        }
    }

    private mutating func verify(_ row: Row) throws(DatabaseError) {
        // Nothing is behind the last one: what was added there belongs to it.
        let slice = try row.decode("slice", as: Int16.self)
        let sealed = SealedSlice(
            last: slice < MonthQueries.sliceCount - 1 ? try EntryPosition(row, "last") : nil,
            count: try row.decode("entry_count"),
            sum: try row.decode("total"), digest: try row.decode("digest"))
        var walk = SliceWalk(
            month: try row.decode("month"), slice: slice, from: try EntryPosition(row, "first"))
        while try advance(&walk, upTo: sealed.last, limit: MonthQueries.pageSize) == MonthQueries.pageSize {}
        var next = result
        if walk.count != sealed.count || walk.sum != sealed.sum || walk.digest != sealed.digest {
            next.findings.append(
                Finding(
                    .sealedMonthChanged,
                    "\(walk.month) slice \(walk.slice): \(walk.count) entries with sum \(walk.sum), "
                        + "sealed were \(sealed.count) with \(sealed.sum)"))
        }
        next.slices += 1
        next.progress.move(Self.verifying, to: [walk.month, "\(walk.slice)"])
        try commit(next)
    }

    /// Seals the months that are over for a day, when nothing that was looked at is in question.
    ///
    /// Each slice is stored when it is read, so this goes on where it stopped.
    mutating func sealMonths() throws(DatabaseError) {
        guard result.findings.total == 0 else { return }
        guard result.unfinished.isEmpty else { throw DatabaseError(.deadline, "not everything is verified yet") }
        for candidate in try read(MonthQueries.candidates(result.startedAt)) {
            let month = try candidate.decode("month", as: String.self)
            let closed = try read("select ledger.close_month(\(month)::text::date) as closed").only()
            // What is deferred to it will be folded; a later night seals it.
            guard try closed.decode("closed") else { continue }
            try seal(month)
        }
    }

    private mutating func seal(_ month: String) throws(DatabaseError) {
        var first = try read(MonthQueries.end(of: month)).first.map { row throws(DatabaseError) in
            try EntryPosition(row, "last")
        }
        while let row = try read(MonthQueries.nextSlice(of: month)).first {
            let slice = try row.decode("slice", as: Int16.self)
            let isLast = slice == MonthQueries.sliceCount - 1
            let size = try row.decode("size", as: Int64.self)
            var walk = SliceWalk(month: month, slice: slice, from: first ?? .start)
            while isLast || walk.count < size {
                let limit = isLast ? MonthQueries.pageSize : min(MonthQueries.pageSize, size - walk.count)
                guard try advance(&walk, upTo: nil, limit: limit) == limit else { break }
            }
            var next = result
            if isLast { next.sealedMonths += 1 }
            try commit(next, with: [MonthQueries.insert(walk)])
            first = walk.reached
        }
    }

    /// Reads the next page of a slice; answers how many entries it had.
    private func advance(
        _ walk: inout SliceWalk, upTo last: EntryPosition?, limit: Int64
    ) throws(DatabaseError) -> Int64 {
        let row = try read(MonthQueries.page(walk, upTo: last, limit: limit)).only()
        let count = try row.decode("entries", as: Int64.self)
        guard count > 0 else { return 0 }
        walk.count += count
        walk.sum = try row.decode("total")
        walk.digest = try row.decode("digest")
        walk.reached = EntryPosition(
            account: try row.decode("account_id"), stripe: try row.decode("stripe"), seq: try row.decode("seq"))
        return count
    }

    private struct SealedSlice {
        let last: EntryPosition?
        let count: Int64
        let sum: String
        let digest: [UInt8]
    }

    private static let unreadable = DatabaseError(
        .decoding, "the place of a run cannot be read", column: "progress")
}

extension EntryPosition {
    /// Reads the columns `<name>_account`, `<name>_stripe` and `<name>_seq`.
    fileprivate init(_ row: Row, _ name: String) throws(DatabaseError) {
        account = try row.decode("\(name)_account")
        stripe = try row.decode("\(name)_stripe")
        seq = try row.decode("\(name)_seq")
    }
}
