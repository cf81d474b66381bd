/// What the evidence says of one balance row: where its history ends, and what it holds there.
package struct Leaf: Hashable, Sendable {
    package let account: Int64
    package let stripe: Int16
    /// How many entries the row has.
    package let seq: Int64
    /// Whole NWT.
    package let balance: Int64
    /// The newest entry's link, 32 bytes; zeros before the first.
    package let head: [UInt8]

    package init(account: Int64, stripe: Int16, seq: Int64, balance: Int64, head: [UInt8]) {
        self.account = account
        self.stripe = stripe
        self.seq = seq
        self.balance = balance
        self.head = head
    }

    /// SHA-256 of a zero byte and the members in their order; the byte keeps a leaf from passing for an inner node.
    package var hash: [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(59)
        bytes.append(bigEndian: account)
        bytes.append(bigEndian: stripe)
        bytes.append(bigEndian: seq)
        bytes.append(bigEndian: balance)
        return Hash.of(bytes + head)
    }

    /// The leaf as the tree's lowest node.
    package var node: TreeNode { TreeNode(hash: hash, sum: Int128(balance)) }
}
