/// One step from a leaf to the root: the node beside the path.
package struct PathStep: Hashable, Sendable {
    /// On which side of the path the node stands.
    package enum Side: String, Sendable {
        case left
        case right
    }

    package let side: Side
    package let node: TreeNode

    package init(side: Side, node: TreeNode) {
        self.side = side
        self.node = node
    }
}
