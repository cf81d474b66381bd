internal import Codecs

/// An account whose entries are to be verified from a known position to the one that its balance states.
///
/// Times travel as PostgreSQL's text, to the microsecond and with infinity.
struct AccountChain: Hashable, Sendable {
    let account: Int64
    let stripe: Int16
    /// The balance row.
    let seq: Int64
    let balance: Int64
    let lastTime: String
    let head: [UInt8]
    /// What is verified so far: the checkpoint, or nothing.
    var verifiedSeq: Int64
    var verifiedBalance: Int64
    var verifiedTime: String
    var verifiedHead: [UInt8]

    /// Every entry up to the balance's position is verified.
    var isAtItsEnd: Bool { seq == verifiedSeq }

    /// How many entries are still to be read.
    var remaining: Int64 { max(0, seq - verifiedSeq) }

    /// The same, verified up to the end of a slice.
    func advanced(to slice: ChainSlice, seq: Int64) -> AccountChain {
        var chain = self
        chain.verifiedSeq = seq
        chain.verifiedBalance = slice.lastBalance ?? verifiedBalance
        chain.verifiedTime = slice.lastTime ?? verifiedTime
        chain.verifiedHead = slice.head ?? verifiedHead
        return chain
    }
}

/// What the entries of one account between two positions look like.
struct ChainSlice: Hashable, Sendable {
    let entries: Int64
    /// Balance and time of the entry at the last position; nil when there is none.
    let lastBalance: Int64?
    let lastTime: String?
    /// The chain of hashes over the entries, in their order; nil when there is none.
    let head: [UInt8]?
    /// The first position where the running balance does not follow from the one before.
    let brokenAt: Int64?
    /// The first position that does not follow the one before.
    let gapAt: Int64?
    /// The first position whose time is before the one before.
    let backAt: Int64?
    /// How many entries have no transaction, or a rejected one.
    let orphans: Int64
    let ofRejected: Int64
}

extension AccountChain {
    /// What is wrong with the entries from the verified position to `upTo`.
    func findings(in slice: ChainSlice, upTo end: Int64) -> [Finding] {
        var findings: [Finding] = []
        func find(_ code: FindingCode, _ detail: String) {
            findings.append(Finding(code, accounts: [account], detail))
        }
        if slice.entries != end - verifiedSeq || slice.gapAt != nil {
            let place = slice.gapAt.map { ", first at \($0)" } ?? ""
            find(.sequenceGap, "\(slice.entries) entries in \(verifiedSeq + 1)...\(end)\(place)")
        }
        if let position = slice.brokenAt { find(.brokenChain, "at \(position)") }
        if let position = slice.backAt { find(.timeWentBack, "at \(position)") }
        if slice.orphans > 0 { find(.orphanEntry, "\(slice.orphans) entries without transaction") }
        if slice.ofRejected > 0 { find(.entriesOfRejected, "\(slice.ofRejected) entries") }
        return findings
    }

    /// What is wrong with the balance row, once every entry is verified.
    ///
    /// The running balance of the last entry equals the sum of all, because the chain before it holds.
    var balanceFindings: [Finding] {
        guard isAtItsEnd else { return [] }
        var findings: [Finding] = []
        if balance != verifiedBalance {
            findings.append(
                Finding(.balanceMismatch, accounts: [account], "stored \(balance), entries give \(verifiedBalance)"))
        }
        if lastTime != verifiedTime {
            findings.append(Finding(.lastTimeMismatch, accounts: [account], "stored \(lastTime), \(verifiedTime)"))
        }
        if head != verifiedHead {
            let found = "stored \(Hex.encode(head.prefix(8))), entries give \(Hex.encode(verifiedHead.prefix(8)))"
            findings.append(Finding(.brokenHead, accounts: [account], found))
        }
        return findings
    }
}
