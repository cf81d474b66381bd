import Codecs

/// Something that a caller wants done; the database decides it as a whole (`wallet.decide`).
struct WalletCommand: Hashable, Sendable {
    /// The names that `wallet.decide` knows.
    enum Operation: String, CaseIterable, Sendable {
        case tip, purchase, reversal, hold, capture, release
    }

    let operation: Operation
    /// The transaction or hold that it is about.
    var subject: UUID?
    /// Recipient or creator.
    var other: UUID?
    /// Whole NWT.
    var amount: Int64?
    /// The comic of a purchase, the reason of a reversal.
    var text: String?
    /// How long a hold lives.
    var seconds: Int32?

    /// SHA-256 of what is asked for, whatever the blanks and the order of members in the body were.
    var hash: [UInt8] {
        FieldDigest.digest([
            operation.rawValue, subject?.description, other?.description, amount.map { String($0) }, text,
            seconds.map { String($0) },
        ])
    }
}
