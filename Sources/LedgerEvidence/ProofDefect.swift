/// Why a proof proves nothing.
package enum ProofDefect: String, Error, Sendable {
    /// The hash of the leaf is not that of its members.
    case leafHash = "leaf_hash"
    /// The path has another length than the tree's height.
    case pathLength = "path_length"
    /// A sibling stands on the side where the leaf's position says the path goes.
    case side
    /// The position is behind the last leaf.
    case position
    /// A sum leaves 128 bits.
    case overflow
    /// Leaf and path give another root hash than the record's.
    case rootHash = "root_hash"
    /// Leaf and path give another sum than the record's.
    case total
    /// The books do not sum to zero: total and deferred total are not opposites.
    case unbalanced
    /// The record has another hash than stated.
    case recordHash = "record_hash"
    /// The anchor's key is not that of the record.
    case anchorKey = "anchor_key"
    /// The proof is about another account.
    case account
}
