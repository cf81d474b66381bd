import Codecs
import LedgerEvidence
import StrictJSON
import Testing

@Suite("Proofs")
struct ProofTests {
    @Test("Each leaf's proof holds, also after its way through JSON", arguments: [1, 2, 3, 7, 8, 9, 33, 40])
    func holds(count: Int) throws {
        for position in 0..<count {
            let proof = try sampleProof(leaves: count, position: position)
            try proof.verify(account: proof.leaf.account)
            #expect(try Proof(parsing: proof.bytes) == proof)
        }
    }

    static let changes: [(ProofDefect, @Sendable (inout Proof) -> Void)] = [
        (.leafHash, { $0.leafHash = Hash.zero }),
        (
            .rootHash,
            {
                $0.leaf = $0.leaf.with(balance: $0.leaf.balance + 1); $0.leafHash = $0.leaf.hash
            }
        ),
        (
            .rootHash,
            {
                $0.leaf = $0.leaf.with(seq: $0.leaf.seq + 1); $0.leafHash = $0.leaf.hash
            }
        ),
        (
            .rootHash,
            {
                $0.leaf = $0.leaf.with(head: Hash.zero); $0.leafHash = $0.leaf.hash
            }
        ),
        (
            .rootHash,
            {
                $0.leaf = $0.leaf.with(account: $0.leaf.account + 1); $0.leafHash = $0.leaf.hash
            }
        ),
        (.rootHash, { $0.path[2] = PathStep(side: $0.path[2].side, node: .empty) }),
        (.rootHash, { $0.path.swapAt(0, 2) }),
        (.side, { $0.path[0] = PathStep(side: .right, node: $0.path[0].node) }),
        (.side, { $0.position -= 1 }),
        (.position, { $0.position = 40 }),
        (.position, { $0.position = -1 }),
        (.pathLength, { $0.path.removeLast() }),
        (.pathLength, { $0.path.append($0.path[0]) }),
        (.pathLength, { $0.record.leafCount = 65 }),
        (.overflow, { $0.path[1] = PathStep(side: $0.path[1].side, node: TreeNode(hash: Hash.zero, sum: .max)) }),
        (.rootHash, { $0.record.rootHash = Hash.zero }),
        (.total, { $0.record.total += 1 }),
        (.unbalanced, { $0.record.deferredTotal += 1 }),
        (.recordHash, { $0.record.root += 1 }),
        (.recordHash, { $0.record.previousRootHash = Hash.zero }),
        (.recordHash, { $0.record.previousRecordHash = Hash.zero }),
        (.recordHash, { $0.record.madeAt.millisecondsSince1970 += 1 }),
        (.recordHash, { $0.record.leafCount = 39 }),
        (.recordHash, { $0.recordHash = Hash.zero }),
        (.anchorKey, { $0.anchorKey += "x" }),
    ]

    @Test("A change of any member is found", arguments: changes.indices)
    func changed(index: Int) throws {
        let (defect, change) = Self.changes[index]
        var proof = try sampleProof(leaves: 40, position: 21)
        change(&proof)
        #expect(throws: defect) { try proof.verify() }
    }

    @Test("A proof of somebody else's balance is none of mine")
    func foreign() throws {
        let (mine, theirs) = (try sampleProof(leaves: 9, position: 5), try sampleProof(leaves: 9, position: 6))
        #expect(throws: ProofDefect.account) { try theirs.verify(account: mine.leaf.account) }
        var mixed = mine
        mixed.path = theirs.path
        #expect(throws: ProofDefect.side) { try mixed.verify() }
        mixed.position = theirs.position
        #expect(throws: ProofDefect.rootHash) { try mixed.verify() }
    }

    static let texts = [
        ("\"version\":1", "\"version\":2"), ("\"seq\":\"", "\"seq\":\"0"), ("\"seq\":\"", "\"seq\":\"-"),
        ("\"position\":\"21\"", "\"position\":21"), ("\"head\":\"", "\"head\":\"00"),
        ("\"side\":\"left\"", "\"side\":\"up\""), ("\"path\":[", "\"path\":[{},"),
        ("\"recordHash\":", "\"other\":0,\"recordHash\":"), ("\"madeAt\":\"2026", "\"madeAt\":\"2026-"),
        ("\"total\":\"", "\"total\":\"9999999999999999999999999999999999999"), ("\"balance\":", "\"balance\":1"),
    ]

    @Test("Refuses a text that is no proof", arguments: texts.indices)
    func noProof(index: Int) throws {
        let (old, new) = Self.texts[index]
        let bytes = Array(try replacing(old, by: new, in: sampleProof(leaves: 40, position: 21)))
        #expect(throws: JSONError.self) { try Proof(parsing: bytes) }
    }

    @Test("Refuses more steps than any tree has, and more bytes than any proof")
    func limits() throws {
        var proof = try sampleProof(leaves: 40, position: 21)
        proof.path = Array(repeating: proof.path[0], count: TreeHeight.maximum + 1)
        #expect(throws: JSONError.self) { try Proof(parsing: proof.bytes) }
        let blanks = [UInt8](repeating: 0x20, count: 32_768)
        #expect(throws: JSONError.self) { try Proof(parsing: proof.bytes + blanks) }
        #expect(throws: JSONError.self) { try RootRecord(parsing: proof.record.canonical + blanks) }
    }
}

extension Leaf {
    fileprivate func with(
        account: Int64? = nil, seq: Int64? = nil, balance: Int64? = nil, head: [UInt8]? = nil
    ) -> Leaf {
        Leaf(
            account: account ?? self.account, stripe: stripe, seq: seq ?? self.seq, balance: balance ?? self.balance,
            head: head ?? self.head)
    }
}
