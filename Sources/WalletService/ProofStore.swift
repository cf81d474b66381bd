import Codecs
import LedgerEvidence
import PostgresClient

/// The way from a caller's balance to the newest root.
enum ProofStore {
    /// No row where there is no root yet that has the caller's wallet.
    static func proof(of caller: UUID) -> SQL {
        "select * from ledger.proof(\("wallet:\(caller)"))"
    }

    /// The proof, and whether its root is known to be anchored.
    ///
    /// Throws `DatabaseError` (`.decoding`) for a row that is no path.
    static func decode(_ row: Row) throws(DatabaseError) -> (proof: Proof, anchored: Bool) {
        let leaf = Leaf(
            account: try row.decode("account_id"), stripe: try row.decode("stripe"), seq: try row.decode("seq"),
            balance: try row.decode("balance"), head: try row.decode("head"))
        let record = RootRecord(
            root: try row.decode("root_id"), madeAt: try row.decode("made_at"), rootHash: try row.decode("root_hash"),
            total: try sum(row.decode("total")), leafCount: try row.decode("leaf_count"),
            deferredTotal: try sum(row.decode("deferred_total")),
            previousRootHash: try row.decode("previous_root_hash"),
            previousRecordHash: try row.decode("previous_record_hash"))
        var sums: [Int128] = []
        for text in try row.decode("sums", as: [String].self) { sums.append(try sum(text)) }
        let proof = Proof(
            leaf: leaf, position: try row.decode("place"), hashes: try row.decode("hashes"), sums: sums,
            record: record)
        guard let proof else { throw DatabaseError(.decoding, "a path of a proof is malformed", column: "hashes") }
        return (proof, try row.decode("anchored"))
    }

    private static func sum(_ text: String) throws(DatabaseError) -> Int128 {
        guard let sum = Int128(text) else { throw DatabaseError(.decoding, "a sum is beyond 128 bits", column: "sums") }
        return sum
    }
}
