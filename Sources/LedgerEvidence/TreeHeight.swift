/// How high a tree is that has that many leaves.
package enum TreeHeight {
    /// A count of 63 bits makes no higher tree.
    package static let maximum = 63

    /// The number of inner levels: the leaves are padded to the next power of two.
    package static func of(leaves count: Int64) -> Int {
        count <= 1 ? 0 : Int64.bitWidth - (count - 1).leadingZeroBitCount
    }
}
