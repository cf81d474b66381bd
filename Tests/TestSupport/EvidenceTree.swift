package import LedgerEvidence

/// A whole tree of the ledger's evidence in memory, for few leaves.
///
/// What `TreeFold`, `ledger.evidence_nodes` and proofs are compared with.
package struct EvidenceTree: Sendable {
    /// From the leaves up; the last level has one node.
    private let levels: [[TreeNode]]

    /// Nil without leaves, and where a sum leaves 128 bits.
    package init?(_ leaves: [Leaf]) {
        guard !leaves.isEmpty else { return nil }
        var levels = [leaves.map(\.node)]
        while let below = levels.last, below.count > 1 {
            var level: [TreeNode] = []
            for index in stride(from: 0, to: below.count, by: 2) {
                let right = index + 1 < below.count ? below[index + 1] : .empty
                guard let node = TreeNode.joining(below[index], right) else { return nil }
                level.append(node)
            }
            levels.append(level)
        }
        self.levels = levels
    }

    package var root: TreeNode { levels.last?.first ?? .empty }

    /// The siblings from the leaf at the position up to below the root.
    package func path(of position: Int) -> [PathStep] {
        levels.dropLast().enumerated().map { height, level in
            let sibling = (position >> height) ^ 1
            return PathStep(
                side: sibling & 1 == 0 ? .left : .right, node: sibling < level.count ? level[sibling] : .empty)
        }
    }
}
