import Codecs
import LedgerEvidence
import TestSupport
import Testing

@Suite("Trees, links and records, as Python's hashlib makes them")
struct TreeTests {
    @Test("Leaves, roots and every path of trees of 1 to 40 leaves", arguments: 1...40)
    func trees(count: Int) throws {
        let expected = try Vectors.all().trees[count - 1]
        let leaves = try expected.leaves.map { try $0.leaf() }
        #expect(leaves.count == count)
        #expect(leaves.map { Hex.encode($0.hash) } == expected.leaves.map(\.hash))
        let tree = try #require(EvidenceTree(leaves))
        #expect(Vectors.Node(PathStep(side: .left, node: tree.root)).hash == expected.root.hash)
        #expect("\(tree.root.sum)" == expected.root.sum)
        for position in 0..<count {
            #expect(tree.path(of: position).map { Vectors.Node($0) } == expected.paths[position], "\(position)")
        }
    }

    @Test("A root of leaves that come one after the other is the tree's", arguments: 1...40)
    func fold(count: Int) throws {
        let expected = try Vectors.all().trees[count - 1]
        var fold = TreeFold()
        for row in expected.leaves { #expect(fold.add(try row.leaf().node)) }
        let root = try #require(fold.root)
        #expect(Hex.encode(root.hash) == expected.root.hash && "\(root.sum)" == expected.root.sum)
    }

    @Test("A link of a chain")
    func links() throws {
        for expected in try Vectors.all().links {
            let bytes = try #require(Hex.decode(expected.transaction.utf8))
            let link = ChainLink(
                transaction: try #require(UUID(bytes: bytes)), account: try #require(Int64(expected.account)),
                stripe: expected.stripe, seq: try #require(Int64(expected.seq)),
                amount: try #require(Int64(expected.amount)),
                createdMicroseconds: try #require(Int64(expected.created)))
            let head = try #require(Hex.decode(expected.head.utf8))
            #expect(Hex.encode(link.link(after: head)) == expected.link)
        }
    }

    @Test("A record's canonical form and hash, read and written again")
    func record() throws {
        let expected = try Vectors.all().record
        let record = try RootRecord(parsing: Array(expected.text.utf8))
        #expect(record.canonical == Array(expected.text.utf8))
        #expect(Hex.encode(record.hash) == expected.hash)
        #expect(record.anchorKey == "anchors/2026-11-21/2.json")
    }

    @Test("A sum beyond 128 bits gives no node, and no tree gives no root")
    func limits() {
        let most = TreeNode(hash: Hash.zero, sum: .max)
        let one = TreeNode(hash: Hash.of([1]), sum: 1)
        #expect(TreeNode.joining(most, one) == nil)
        #expect(EvidenceTree([]) == nil)
        #expect(TreeNode.joining(.empty, .empty) == .empty)
        #expect(TreeNode.joining(one, .empty) != TreeNode.joining(.empty, one))
    }

    @Test("The heights of trees", arguments: [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (1_024, 10), (1_025, 11)])
    func heights(count: Int64, height: Int) {
        #expect(TreeHeight.of(leaves: count) == height)
        #expect(TreeHeight.of(leaves: .max) == TreeHeight.maximum)
    }
}
