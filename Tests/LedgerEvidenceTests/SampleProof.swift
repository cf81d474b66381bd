import Codecs
import Foundation
import LedgerEvidence
import StrictJSON
import TestSupport
import Testing

/// A proof in the tree of the vectors that has that many leaves.
func sampleProof(leaves count: Int, position: Int) throws -> Proof {
    let leaves = try Vectors.all().trees[count - 1].leaves.map { try $0.leaf() }
    let tree = try #require(EvidenceTree(leaves))
    let record = RootRecord(
        root: 3, madeAt: Timestamp(millisecondsSince1970: 1_795_227_300_007), rootHash: tree.root.hash,
        total: tree.root.sum, leafCount: Int64(count), deferredTotal: -tree.root.sum,
        previousRootHash: Hash.of([1]), previousRecordHash: Hash.of([2]))
    return Proof(leaf: leaves[position], position: Int64(position), path: tree.path(of: position), record: record)
}

extension Proof {
    var bytes: [UInt8] { JSONWriter.object { write(&$0, anchored: true) }.bytes }
}

/// The proof with one place of its JSON replaced, in bytes.
func replacing(_ old: String, by new: String, in proof: Proof) throws -> Data {
    let text = String(decoding: proof.bytes, as: UTF8.self)
    let place = try #require(text.range(of: old), "\(old)")
    return Data(text.replacingCharacters(in: place, with: new).utf8)
}
