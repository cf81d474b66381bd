/// A node of the tree: a hash over everything below it, and the sum of the balances below it.
package struct TreeNode: Hashable, Sendable {
    /// 32 bytes.
    package let hash: [UInt8]
    /// Whole NWT; 128 bits hold the sum of more balances than there can be.
    package let sum: Int128

    package init(hash: [UInt8], sum: Int128) {
        self.hash = hash
        self.sum = sum
    }

    /// Stands at each place, on any level, that has no leaf below it.
    package static let empty = TreeNode(hash: Hash.zero, sum: 0)

    /// SHA-256 of the byte 1 and the members of both children; its sum is theirs.
    ///
    /// Nil where the sum leaves 128 bits, which only forged numbers do.
    package static func joining(_ left: TreeNode, _ right: TreeNode) -> TreeNode? {
        if left == empty, right == empty { return empty }
        let (sum, overflows) = left.sum.addingReportingOverflow(right.sum)
        guard !overflows else { return nil }
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(97)
        for child in [left, right] {
            bytes.append(contentsOf: child.hash)
            bytes.append(bigEndian: child.sum)
        }
        return TreeNode(hash: Hash.of(bytes), sum: sum)
    }
}
