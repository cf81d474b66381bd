import Codecs
import Ledger
import PostgresClient

/// A part of a wallet that is promised.
struct ReferenceHold: Hashable {
    enum State: Hashable {
        case open, captured(Int64), released, rejected
    }

    let id: UUID
    let payer: AccountReference
    let beneficiary: AccountReference
    let amount: Int64
    var state = State.open

    /// What a capture of an amount posts, with the platform's share of 100 per mille, rounded down.
    func purchase(_ transaction: UUID, _ amount: Int64) throws -> Posting {
        let fee = amount / 10
        let legs = [Leg(payer, -amount), Leg(beneficiary, amount - fee), Leg(.system(.fees), fee)]
        return try Posting(id: transaction, type: .purchase, legs: legs.filter { $0.amount != 0 })
    }

    /// Opens it; one row.
    var open: SQL {
        get throws {
            let asked = try Posting(id: id, type: .purchase, amount: amount, from: payer, to: beneficiary)
            return """
                select status from ledger.open_hold(\(id), \(asked.fingerprint), \(payer.text), \(beneficiary.text),
                    \(amount), interval '7 days')
                """
        }
    }

    /// Captures it; one row.
    func capture(_ transaction: UUID, _ amount: Int64) -> SQL {
        "select outcome from ledger.capture_hold(\(id), \(transaction), \(amount), 100::smallint, null)"
    }

    /// Releases it; one row.
    var release: SQL { "select ledger.release_hold(\(id)) as outcome" }
}

extension ReferenceLedger {
    /// Opens a hold, once; 0 open, 1 rejected, for ever.
    mutating func open(_ hold: ReferenceHold) -> Int16 {
        if let earlier = holds[hold.id] { return earlier.state == .rejected ? 1 : 0 }
        let available = balances[hold.payer, default: 0] - held[hold.payer, default: 0]
        holds[hold.id] = hold
        guard available >= hold.amount else {
            holds[hold.id]?.state = .rejected
            return 1
        }
        held[hold.payer, default: 0] += hold.amount
        return 0
    }

    /// Captures a hold, once; 0 captured with this amount, 2 over, 4 more than is held.
    mutating func capture(_ id: UUID, _ transaction: UUID, _ amount: Int64) throws -> Int16? {
        guard let hold = holds[id] else { return nil }
        guard hold.state == .open else { return hold.state == .captured(amount) ? 0 : 2 }
        guard amount <= hold.amount else { return 4 }
        held[hold.payer, default: 0] -= hold.amount
        holds[id]?.state = .captured(amount)
        return post(try hold.purchase(transaction, amount)) == .posted ? 0 : 1
    }

    /// Releases a hold, once; 0 released, 2 over.
    mutating func release(_ id: UUID) -> Int16? {
        guard let hold = holds[id] else { return nil }
        guard hold.state == .open else { return hold.state == .released ? 0 : 2 }
        held[hold.payer, default: 0] -= hold.amount
        holds[id]?.state = .released
        return 0
    }
}
