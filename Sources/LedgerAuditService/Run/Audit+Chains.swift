internal import PostgresClient

// From each balance to its entries.
extension Audit {
    /// How many entries one statement reads at most.
    private static let sliceSize: Int64 = 20_000
    private static let stage = "account chains"

    mutating func verifyChains() throws(DatabaseError) {
        guard let run = result.run else { throw DatabaseError(.usage, "there is no cut") }
        while true {
            let after = try Position(result.progress.places[Self.stage])
            var page: [AccountChain] = []
            for row in try read(ChainQueries.page(of: run, after: after.account, stripe: after.stripe)) {
                page.append(try AccountChain(row))
            }
            guard !page.isEmpty else { return }
            try verify(page, of: run)
        }
    }

    /// Verifies the first chains of a page, as many as one statement reads, and stores what came of it.
    private mutating func verify(_ page: [AccountChain], of run: Int64) throws(DatabaseError) {
        let (chains, ends) = Self.nextSlices(of: page)
        let slices = try slices(chains, ends)
        var next = result
        var sound: [AccountChain] = []
        var statements: [SQL] = []
        for (chain, end) in zip(chains, ends) {
            // One that went back is a finding of its own.
            let findings = chain.seq < chain.verifiedSeq ? [] : try verify(chain, upTo: end, slices)
            let slice = slices[Position(chain)] ?? .empty
            next.entries += slice.entries
            for finding in findings { next.findings.append(finding) }
            let reached = chain.advanced(to: slice, seq: end)
            if findings.isEmpty, reached.remaining > 0 {
                statements.append(ChainQueries.advance(reached, of: run))
                continue
            }
            if findings.isEmpty, reached.isAtItsEnd { sound.append(reached) }
            next.progress.move(Self.stage, to: Position(chain).place)
        }
        if !sound.isEmpty { statements.append(ChainQueries.checkpoint(sound)) }
        try commit(next, with: statements)
    }

    /// What is wrong with a chain up to a position, and with its balance once that is the last one.
    private func verify(
        _ chain: AccountChain, upTo end: Int64, _ slices: [Position: ChainSlice]
    ) throws(DatabaseError) -> [Finding] {
        let slice = slices[Position(chain)] ?? .empty
        let findings = chain.findings(in: slice, upTo: end)
        return findings.isEmpty ? chain.advanced(to: slice, seq: end).balanceFindings : findings
    }

    /// The first chains and how far to read each, so that one statement reads `sliceSize` entries at most.
    ///
    /// Only the last can end before its end.
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

    /// What the entries of the chains look like; where something is wrong, as seen in all partitions.
    private func slices(_ chains: [AccountChain], _ ends: [Int64]) throws(DatabaseError) -> [Position: ChainSlice] {
        let work = zip(chains, ends).filter { $0.1 > $0.0.verifiedSeq }
        guard !work.isEmpty else { return [:] }
        var slices = try readSlices(work.map(\.0), work.map(\.1), everywhere: false)
        let doubtful = work.filter { chain, end in
            !chain.findings(in: slices[Position(chain)] ?? .empty, upTo: end).isEmpty
        }
        guard !doubtful.isEmpty else { return slices }
        for chain in doubtful { slices[Position(chain.0)] = nil }
        return slices.merging(try readSlices(doubtful.map(\.0), doubtful.map(\.1), everywhere: true)) { _, new in new }
    }

    private func readSlices(
        _ chains: [AccountChain], _ ends: [Int64], everywhere: Bool
    ) throws(DatabaseError) -> [Position: ChainSlice] {
        var slices: [Position: ChainSlice] = [:]
        for row in try read(ChainQueries.slices(chains, upTo: ends, everywhere: everywhere)) {
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

        /// The last one that is settled; nil precedes all.
        init(_ place: [String]?) throws(DatabaseError) {
            guard let place else {
                self.init(account: .min, stripe: 0)
                return
            }
            guard place.count == 2, let account = Int64(place[0]), let stripe = Int16(place[1]) else {
                throw DatabaseError(.decoding, "the place of a run cannot be read", column: "progress")
            }
            self.init(account: account, stripe: stripe)
        }

        var place: [String] { ["\(account)", "\(stripe)"] }
    }
}
