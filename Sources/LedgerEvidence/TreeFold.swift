/// Computes a root from leaves that come one after the other; keeps one node a level, however many leaves there are.
package struct TreeFold {
    /// The finished subtree of each level that still waits for its right neighbour.
    private var waiting: [TreeNode?] = []
    /// How many leaves came.
    package private(set) var count: Int64 = 0

    package init() {}

    /// Takes the next leaf in; false where a sum leaves 128 bits.
    package mutating func add(_ leaf: TreeNode) -> Bool {
        count += 1
        var node = leaf
        var level = 0
        while level < waiting.count, let left = waiting[level] {
            guard let joined = TreeNode.joining(left, node) else { return false }
            waiting[level] = nil
            node = joined
            level += 1
        }
        if level == waiting.count { waiting.append(nil) }
        waiting[level] = node
        return true
    }

    /// The root over all leaves so far, empty places filled up; nil where a sum leaves 128 bits.
    package var root: TreeNode? {
        var node = TreeNode.empty
        for level in 0..<TreeHeight.of(leaves: count) {
            let left = level < waiting.count ? waiting[level] : nil
            guard let joined = left.map({ TreeNode.joining($0, node) }) ?? TreeNode.joining(node, .empty) else {
                return nil
            }
            node = joined
        }
        let top = TreeHeight.of(leaves: count)
        if top < waiting.count, let whole = waiting[top] { return whole }
        return node
    }
}
