import AWSClient
import Codecs
import Ledger
import LedgerAuditService
import LedgerEvidence
import PostgresClient
import TestSupport
import Testing

/// A bucket that keeps what it was given, or fails as a test tells it.
final class AnchorBucket {
    var objects: [String: [UInt8]] = [:]
    /// What each attempt fails with; an object may be kept all the same.
    var failures: [(error: AWSError, keeps: Bool)] = []
    private(set) var attempts: [String] = []

    var store: AnchorStore {
        AnchorStore { [self] (object, _) throws(AWSError) in
            attempts.append(object.key)
            #expect(object.mustBeNew)
            let failure = failures.isEmpty ? nil : failures.removeFirst()
            if let failure, !failure.keeps { throw failure.error }
            guard objects[object.key] == nil else {
                throw AWSError(.rejected, serviceCode: "PreconditionFailed", status: 412)
            }
            objects[object.key] = object.body
            if let failure { throw failure.error }
        }
    }
}

extension PostgresConnection {
    /// Verifies the books as the audit's role, which leaves their evidence behind.
    @discardableResult
    func evidence(_ database: TestDatabase, anchors: AnchorBucket? = nil) throws -> EvidenceResult {
        try Self.audited(try database.connect(as: "nerdwork_ledger_audit"), anchors?.store)
    }

    static func audited(_ connection: PostgresConnection, _ anchors: AnchorStore?) throws -> EvidenceResult {
        let result = Audit.run(.incremental, connection, anchors: anchors)
        try AuditStore.save(result, id: "night", at: Timestamp(millisecondsSince1970: 1_790_000_000_000), connection)
        #expect(result.state == .clean, "\(result.findings.examples) \(result.unfinished)")
        return try #require(result.evidence)
    }

    /// Checkpoints as a clean run leaves them, without a root.
    func checkpoint() throws {
        _ = try query(
            """
            insert into ledger.checkpoints (account_id, stripe, seq, balance, last_at, head)
            select account_id, stripe, seq, balance, last_at, head from ledger.balances
                on conflict (account_id, stripe) do update
               set seq = excluded.seq, balance = excluded.balance, last_at = excluded.last_at, head = excluded.head
            """)
    }

    /// The leaves in their order, as the checkpoints have them.
    func leaves() throws -> [Leaf] {
        try query(
            """
            select k.* from ledger.checkpoints k
              join ledger.evidence_leaves l on l.account_id = k.account_id and l.stripe = k.stripe order by l.position
            """
        ).map { row in
            Leaf(
                account: try row.decode("account_id"), stripe: try row.decode("stripe"), seq: try row.decode("seq"),
                balance: try row.decode("balance"), head: try row.decode("head"))
        }
    }

    func account(_ reference: String) throws -> Int64 {
        try query("select account_id from ledger.accounts where reference = \(reference)").only().decode("account_id")
    }

    /// The proof of an account; nil where there is none.
    func proof(of reference: String) throws -> Proof? {
        guard let row = try query("select * from ledger.proof(\(reference))").first else { return nil }
        return try Proof(row)
    }
}

extension Proof {
    /// Reads a row of `ledger.proof`.
    init(_ row: Row) throws {
        let leaf = Leaf(
            account: try row.decode("account_id"), stripe: try row.decode("stripe"), seq: try row.decode("seq"),
            balance: try row.decode("balance"), head: try row.decode("head"))
        // The column of the record's own hash is not told: it follows.
        let record = RootRecord(
            root: try row.decode("root_id"), madeAt: try row.decode("made_at"), rootHash: try row.decode("root_hash"),
            total: try #require(Int128(try row.decode("total", as: String.self))),
            leafCount: try row.decode("leaf_count"),
            deferredTotal: try #require(Int128(try row.decode("deferred_total", as: String.self))),
            previousRootHash: try row.decode("previous_root_hash"),
            previousRecordHash: try row.decode("previous_record_hash"))
        let sums = try row.decode("sums", as: [String].self).map { try #require(Int128($0)) }
        self = try #require(
            Proof(
                leaf: leaf, position: try row.decode("place"), hashes: try row.decode("hashes"), sums: sums,
                record: record))
    }
}
