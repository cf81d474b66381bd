package import Codecs

/// One side of a posting.
package struct Leg: Hashable, Sendable {
    package let account: AccountReference
    /// Whole NWT: positive credits the account, negative debits it.
    package let amount: Int64

    package init(_ account: AccountReference, _ amount: Int64) {
        self.account = account
        self.amount = amount
    }
}

/// Why there can be no such posting.
package enum PostingError: Error, Hashable, Sendable {
    /// A posting has 2 to 32 legs.
    case legCount(Int)
    case zeroAmount
    /// An amount, or what moves in all, does not fit into 64 bits.
    case overflow
    case duplicateAccount
    case unbalanced
    /// Metadata takes at most `Posting.maximumMetadataBytes`.
    case metadataSize(Int)
    /// A reversal names what it takes back, and nothing else does.
    case reversedTransaction
}

/// A transaction that can be posted: balanced by construction.
package struct Posting: Hashable, Sendable {
    /// Derived from the cause (`DerivedIdentifier`): the same cause is the same transaction for ever.
    package let id: UUID
    package let type: TransactionType
    /// In the order in which the caller gave them; the balances come back in the same order.
    package let legs: [Leg]
    /// A JSON object that describes the transaction; no part of its fingerprint.
    package let metadata: [UInt8]?
    /// The transaction that a reversal takes back; its legs are that transaction's with the signs turned round.
    package let reverses: UUID?

    package static let legCounts = 2...32
    package static let maximumMetadataBytes = 4096

    /// The posting, or why there can be none.
    package init(
        id: UUID, type: TransactionType, legs: [Leg], metadata: [UInt8]? = nil, reverses: UUID? = nil
    ) throws(PostingError) {
        guard Self.legCounts.contains(legs.count) else { throw .legCount(legs.count) }
        guard legs.allSatisfy({ $0.amount != 0 }) else { throw .zeroAmount }
        guard legs.allSatisfy({ $0.amount != .min }) else { throw .overflow }
        guard Set(legs.map(\.account)).count == legs.count else { throw .duplicateAccount }
        let credits = legs.reduce(Int128(0)) { $0 + Int128(max(0, $1.amount)) }
        let debits = legs.reduce(Int128(0)) { $0 - Int128(min(0, $1.amount)) }
        guard credits == debits else { throw .unbalanced }
        guard credits <= Int128(Int64.max) else { throw .overflow }
        if let metadata, metadata.count > Self.maximumMetadataBytes { throw .metadataSize(metadata.count) }
        guard (type == .reversal) == (reverses != nil) else { throw .reversedTransaction }
        self.id = id
        self.type = type
        self.legs = legs
        self.metadata = metadata
        self.reverses = reverses
    }

    /// Moves an amount from one account to another.
    package init(
        id: UUID, type: TransactionType, amount: Int64, from: AccountReference, to: AccountReference,
        metadata: [UInt8]? = nil
    ) throws(PostingError) {
        guard amount > 0 else { throw amount == 0 ? .zeroAmount : .overflow }
        try self.init(id: id, type: type, legs: [Leg(from, -amount), Leg(to, amount)], metadata: metadata)
    }
}
