import Codecs
import Ledger

/// A posting that its number says all about, so that it can be sent again at any time.
struct CrashPosting: Hashable, Sendable {
    /// Round (32 bits), connection (8), which of its postings (24).
    let number: UInt64

    init(round: Int, connection: Int, index: Int) {
        number = UInt64(round) << 32 | UInt64(connection) << 24 | UInt64(index)
    }

    var id: UUID { UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 | number) }
    var amount: Int64 { 1 + Int64(number % 9) }

    /// All from the treasury: the one account that everybody waits for.
    func posting() throws -> Posting {
        guard let owner = UserID("crash-\((number >> 24) & 0xFF)-\(number % 20)") else { throw CrashTestError("owner") }
        return try Posting(
            id: id, type: .reward, amount: amount, from: .system(.treasury), to: .wallet(owner: owner))
    }
}

/// Why there is no verdict.
struct CrashTestError: Error, CustomStringConvertible {
    let description: String

    init(_ words: String) {
        description = words
    }
}
