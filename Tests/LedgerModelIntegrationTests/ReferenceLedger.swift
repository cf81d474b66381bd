import Codecs
import Ledger

/// What the ledger promises, as a value: accounts, balances, and what became of each id.
struct ReferenceLedger {
    /// The answer to a posting.
    enum Answer: Hashable, Sendable {
        case posted
        case rejected(RejectionReason)
        case refused(LedgerError)
    }

    /// What an id stands for, whatever the order of its legs.
    struct Request: Hashable {
        let type: TransactionType
        let legs: Set<Leg>
        let reverses: UUID?

        init(_ posting: Posting) {
            type = posting.type
            legs = Set(posting.legs)
            reverses = posting.reverses
        }
    }

    private(set) var balances: [AccountReference: Int64] = [:]
    var held: [AccountReference: Int64] = [:]
    var holds: [UUID: ReferenceHold] = [:]
    private var remembered: [UUID: (request: Request, answer: Answer)] = [:]
    private var reversed: Set<UUID> = []

    /// What becomes of the posting; the same id has the same answer for ever.
    mutating func post(_ posting: Posting) -> Answer {
        if let earlier = remembered[posting.id] {
            return earlier.request == Request(posting) ? earlier.answer : .refused(.idempotencyConflict)
        }
        if let refusal = refusal(of: posting) { return .refused(refusal) }
        let answer: Answer = move(posting.legs) ? .posted : .rejected(.insufficientBalance)
        remembered[posting.id] = (Request(posting), answer)
        if let original = posting.reverses, answer == .posted { reversed.insert(original) }
        return answer
    }

    /// A reversal mirrors a transaction that stands, and is the first one to do so.
    private func refusal(of posting: Posting) -> LedgerError? {
        guard let original = posting.reverses else { return nil }
        guard let earlier = remembered[original], earlier.answer == .posted,
            earlier.request.legs == Set(posting.legs.map { Leg($0.account, -$0.amount) })
        else { return .notReversible }
        return reversed.contains(original) ? .alreadyReversed : nil
    }

    /// Moves all legs or none: only the treasury goes below zero, and nobody spends what is held.
    mutating func move(_ legs: [Leg]) -> Bool {
        let isShort = legs.contains {
            $0.amount < 0 && $0.account != .system(.treasury)
                && balances[$0.account, default: 0] - held[$0.account, default: 0] + $0.amount < 0
        }
        guard !isShort else { return false }
        for leg in legs { balances[leg.account, default: 0] += leg.amount }
        return true
    }
}
