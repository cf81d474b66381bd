import Codecs
import Ledger
import PostgresClient
import TestSupport
import Testing

/// Random requests among few accounts, so that they meet often.
struct RandomLedger {
    var random: SeededRandom
    private var number: UInt64
    private let range: UInt64
    /// Everything asked for so far.
    private(set) var made: [Posting] = []

    static let wallets = (0..<7).compactMap { AccountReference("wallet:r\($0)") }
    static let systems: [AccountReference] = [.system(.treasury), .system(.fees), .system(.revenue)]

    /// Each stream has ids of its own.
    init(stream: UInt64) {
        random = SeededRandom(stream: stream)
        number = 0
        range = stream << 24
    }

    /// A hold between two wallets, or one that was opened before.
    mutating func hold(_ earlier: [ReferenceHold]) -> ReferenceHold {
        if Bool.random(using: &random), let hold = earlier.randomElement(using: &random) { return hold }
        // Not every wallet has holds: those of the others reject for want of a balance only.
        let payers = Self.holders.shuffled(using: &random)
        return ReferenceHold(
            id: identifier(), payer: payers[0], beneficiary: Self.wallets[0],
            amount: Int64.random(in: 1...25, using: &random))
    }

    static let holders = Array(wallets.suffix(2))

    /// A new posting, a repetition (maybe with its legs in another order), a reversal, or another posting under an old id.
    mutating func posting() throws -> Posting {
        let posting: Posting
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<3: posting = try again() ?? new()
        case 3..<5: posting = try reversal() ?? new()
        case 5: posting = try conflict() ?? new()
        default: posting = try new()
        }
        made.append(posting)
        return posting
    }

    mutating func new() throws -> Posting {
        try Posting(id: identifier(), type: .tip, legs: legs())
    }

    /// Reward, tip or purchase; sometimes an account of the platform pays.
    private mutating func legs() -> [Leg] {
        let wallets = Self.wallets.shuffled(using: &random)
        let amount = Int64.random(in: 2...40, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3: return [Leg(.system(.treasury), -amount), Leg(wallets[0], amount)]
        case 3..<6: return [Leg(wallets[0], -amount), Leg(wallets[1], amount)]
        case 6..<8: return [Leg(wallets[0], -amount), Leg(wallets[1], amount - 1), Leg(.system(.fees), 1)]
        case 8: return [Leg(.system(.fees), -amount), Leg(.system(.revenue), amount - 1), Leg(wallets[0], 1)]
        default: return [Leg(wallets[0], -amount), Leg(.system(.revenue), amount)]
        }
    }

    private mutating func again() throws -> Posting? {
        guard let earlier = made.randomElement(using: &random) else { return nil }
        return try Posting(
            id: earlier.id, type: earlier.type, legs: earlier.legs.shuffled(using: &random), reverses: earlier.reverses)
    }

    private mutating func reversal() throws -> Posting? {
        guard let earlier = made.randomElement(using: &random) else { return nil }
        return try Posting(
            id: identifier(), type: .reversal, legs: earlier.legs.map { Leg($0.account, -$0.amount) },
            reverses: earlier.id)
    }

    private mutating func conflict() throws -> Posting? {
        guard let earlier = made.randomElement(using: &random) else { return nil }
        return try Posting(id: earlier.id, type: .grant, legs: legs())
    }

    mutating func identifier() -> UUID {
        number += 1
        return UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 | range | number)
    }
}

extension PostgresConnection {
    /// The answer to a posting, and the balances that came with it.
    func answer(_ posting: Posting) throws -> (ReferenceLedger.Answer, [Int64?]) {
        do {
            return Self.answer(try LedgerStatement.decode(try query(LedgerStatement.post(posting)).only()))
        } catch {
            guard let refusal = LedgerError(error) else { throw error }
            return (.refused(refusal), [])
        }
    }

    /// The answers to a batch.
    func answers(_ batch: [Posting]) throws -> [(ReferenceLedger.Answer, [Int64?])] {
        try LedgerStatement.decodeBatch(try query(LedgerStatement.postBatch(batch))).map { Self.answer($0) }
    }

    private static func answer(_ outcome: PostingOutcome) -> (ReferenceLedger.Answer, [Int64?]) {
        switch outcome {
        case .posted(let balances, _): (.posted, balances)
        case .rejected(let reason, _): (.rejected(reason), [])
        }
    }

    func setMode(_ account: SystemAccount, _ mode: AccountMode) throws {
        _ = try query("select ledger.set_mode(\(account.rawValue), \(mode.columns.mode), \(mode.columns.stripes))")
    }

    /// How many legs found their place.
    @discardableResult
    func fold(_ account: SystemAccount, limit: Int32 = 100_000) throws -> Int32 {
        try query("select ledger.fold(\(account.rawValue), \(limit)) as folded").only().decode("folded")
    }

    func balance(_ account: AccountReference) throws -> Int64 {
        guard let row = try query(AccountBalance.select(account)).first else { return 0 }
        return try AccountBalance(row).balance
    }
}
