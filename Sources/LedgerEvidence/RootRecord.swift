package import Codecs

/// What a night's audit states of all accounts together, chained to the night before.
package struct RootRecord: Hashable, Sendable {
    /// 1, 2, 3 … without gaps.
    package var root: Int64
    /// To the millisecond.
    package var madeAt: Timestamp
    /// The tree over all balance rows.
    package var rootHash: [UInt8]
    /// The sum of all balances in the tree: the opposite of `deferredTotal`, so that the books sum to zero.
    package var total: Int128
    package var leafCount: Int64
    /// What postings to lazy accounts have moved and no balance shows yet.
    package var deferredTotal: Int128
    /// Of the root before; zeros for the first.
    package var previousRootHash: [UInt8]
    /// SHA-256 of the record before as it is written; zeros for the first.
    package var previousRecordHash: [UInt8]

    package init(
        root: Int64, madeAt: Timestamp, rootHash: [UInt8], total: Int128, leafCount: Int64, deferredTotal: Int128,
        previousRootHash: [UInt8], previousRecordHash: [UInt8]
    ) {
        self.root = root
        self.madeAt = madeAt
        self.rootHash = rootHash
        self.total = total
        self.leafCount = leafCount
        self.deferredTotal = deferredTotal
        self.previousRootHash = previousRootHash
        self.previousRecordHash = previousRecordHash
    }

    /// The hash that the next record is chained to: SHA-256 of `canonical`, as `sha256sum` of the anchor's file prints it.
    package var hash: [UInt8] { Hash.of(canonical) }

    /// Where the anchor stands in its bucket.
    package var anchorKey: String { "anchors/\(madeAt.day)/\(root).json" }
}
