/// The way from one balance to a root: whoever has it needs no database to check it.
package struct Proof: Hashable, Sendable {
    package var leaf: Leaf
    /// The leaf's place in the tree, from 0.
    package var position: Int64
    /// The leaf's hash as stated.
    package var leafHash: [UInt8]
    /// From the leaf's sibling up to below the root.
    package var path: [PathStep]
    package var record: RootRecord
    /// The record's hash as stated.
    package var recordHash: [UInt8]
    package var anchorKey: String

    package init(leaf: Leaf, position: Int64, path: [PathStep], record: RootRecord) {
        self.leaf = leaf
        self.position = position
        leafHash = leaf.hash
        self.path = path
        self.record = record
        recordHash = record.hash
        anchorKey = record.anchorKey
    }

    /// Throws what is wrong first; returns when leaf, path, record and anchor's key agree.
    ///
    /// It proves nothing about the record itself: compare its hash with the anchor's.
    /// - Parameter account: the one that the proof must be about; nil for whichever it names.
    package func verify(account: Int64? = nil) throws(ProofDefect) {
        if let account, account != leaf.account { throw .account }
        guard leafHash == leaf.hash else { throw .leafHash }
        guard (0..<record.leafCount).contains(position) else { throw .position }
        guard path.count == TreeHeight.of(leaves: record.leafCount) else { throw .pathLength }
        let root = try climb()
        guard root.hash == record.rootHash else { throw .rootHash }
        guard root.sum == record.total else { throw .total }
        guard record.total == 0 - record.deferredTotal else { throw .unbalanced }
        guard recordHash == record.hash else { throw .recordHash }
        guard anchorKey == record.anchorKey else { throw .anchorKey }
    }

    private func climb() throws(ProofDefect) -> TreeNode {
        var node = leaf.node
        for (height, step) in path.enumerated() {
            let isRightChild = position >> Int64(height) & 1 == 1
            guard isRightChild == (step.side == .left) else { throw .side }
            let joined = isRightChild ? TreeNode.joining(step.node, node) : TreeNode.joining(node, step.node)
            guard let joined else { throw .overflow }
            node = joined
        }
        return node
    }
}
