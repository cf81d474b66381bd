extension Proof {
    /// A proof from the siblings' hashes and sums, in the order from the leaf up.
    ///
    /// On which side each stands follows from the position. Nil where the lists differ in length or are too long.
    package init?(leaf: Leaf, position: Int64, hashes: [[UInt8]], sums: [Int128], record: RootRecord) {
        guard hashes.count == sums.count, hashes.count <= TreeHeight.maximum else { return nil }
        let path = zip(hashes, sums).enumerated().map { height, sibling in
            PathStep(
                side: position >> Int64(height) & 1 == 1 ? .left : .right,
                node: TreeNode(hash: sibling.0, sum: sibling.1))
        }
        self.init(leaf: leaf, position: position, path: path, record: record)
    }
}
