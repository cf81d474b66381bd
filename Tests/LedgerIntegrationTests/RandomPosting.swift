import Ledger
import TestSupport
import Testing

/// A random posting among few accounts, so that they meet often.
func randomPosting(_ number: UInt64, _ random: inout SeededRandom, wallets: Int = 6) throws -> Posting {
    var names = (0..<wallets).map { "wallet:r\($0)" } + ["fees", "revenue", "treasury", "treasury"]
    names.shuffle(using: &random)
    names = Array(Set(names.prefix(Int.random(in: 2...5, using: &random)))).sorted().shuffled(using: &random)
    if names.count < 2 { names = ["treasury", "wallet:r0"] }
    var legs = try names.dropFirst().map {
        let size = Int64.random(in: 1...20, using: &random)
        return Leg(try #require(AccountReference($0)), Bool.random(using: &random) ? size : -size)
    }
    var rest = -legs.reduce(0) { $0 + $1.amount }
    if rest == 0 {
        legs[0] = Leg(legs[0].account, legs[0].amount + 21)
        rest = -21
    }
    legs.append(Leg(try #require(AccountReference(names[0])), rest))
    return try Posting(id: transaction(number), type: .tip, legs: legs)
}
