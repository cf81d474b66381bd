import Codecs
import LedgerAuditService
import LedgerEvidence
import PostgresClient
import TestSupport
import Testing

@Suite("The night's evidence")
struct EvidenceTests {
    @Test("PostgreSQL hashes leaves and nodes as Swift does, sums beyond 64 bits among them")
    func hashes() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let head = Hash.of([7])
            let leaf = Leaf(account: .max, stripe: 63, seq: 1 << 40, balance: .min, head: head)
            let stored = try connection.query(
                "select ledger.leaf_hash(\(leaf.account), \(leaf.stripe), \(leaf.seq), \(leaf.balance), \(head)) as hash"
            )
            #expect(try stored.only().decode("hash") == leaf.hash)
            let word = Int128(1) << 64
            for sum in [
                0, 1, -1, Int128(Int64.max), Int128(Int64.max) + 1, Int128(Int64.min), Int128(Int64.min) - 1, word - 1,
                word, word + 1, -word, 1 - word, -word - 1, Int128.max / 2, Int128.min / 2, Int128.max - 1,
            ] {
                let node = TreeNode(hash: head, sum: sum)
                let joined = try connection.query(
                    """
                    select ledger.node_hash(\(head), \("\(sum)")::text::numeric, \(leaf.hash), 0) as hash
                    """
                ).only().decode("hash", as: [UInt8].self)
                #expect(joined == TreeNode.joining(node, TreeNode(hash: leaf.hash, sum: 0))?.hash, "\(sum)")
            }
            for leaves: Int64 in [1, 2, 3, 1_024, 1_025, 1 << 40] {
                let height = try connection.query("select ledger.tree_height(\(leaves)) as height").only()
                #expect(try height.decode("height", as: Int32.self) == Int32(TreeHeight.of(leaves: leaves)))
            }
        }
    }

    @Test("Each night's root is that of all checkpoints, chained to the one before, and each account's proof holds")
    func nights() throws {
        try withDatabase { database in
            let connection = try database.connect()
            var before: RootRecord?
            for night in 1...6 {
                for number in 0..<(night * 7) {
                    let wallet = "wallet:reader\(number * night % 45)"
                    try connection.post(UInt64(night * 100 + number), ["treasury": -5, "\(wallet)": 5])
                }
                let result = try connection.evidence(database)
                let record = try #require(result.root)
                let leaves = try connection.leaves()
                let tree = try #require(EvidenceTree(leaves))
                #expect(record.rootHash == tree.root.hash && record.total == 0 && tree.root.sum == 0)
                #expect(record.root == Int64(night) && record.leafCount == Int64(leaves.count))
                #expect(record.previousRecordHash == before?.hash ?? Hash.zero)
                #expect(record.previousRootHash == before?.rootHash ?? Hash.zero)
                for account in try connection.query("select account_id, reference from ledger.accounts") {
                    let proof = try #require(try connection.proof(of: account.decode("reference")))
                    try proof.verify(account: try account.decode("account_id"))
                    #expect(proof.record == record && proof.path == tree.path(of: Int(proof.position)))
                }
                before = record
            }
            #expect(try connection.audit(.full).state == .clean)
        }
    }

    @Test("A night without movement has a root too, and changes no node")
    func quiet() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            let first = try #require(try connection.evidence(database).root)
            let second = try #require(try connection.evidence(database).root)
            #expect(second.rootHash == first.rootHash && second.previousRecordHash == first.hash)
            let changed = try connection.query("select count(*) as n from ledger.evidence_nodes where root_id > 1")
            #expect(try changed.only().decode("n", as: Int64.self) == 0)
        }
    }

    @Test("A full audit that takes several nights leaves the evidence to the nights between, and is clean")
    func overtaken() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            _ = try connection.query("select ledger.set_mode('treasury', 2::int2)")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let through = try PostgresConnection(
                proxy.through(try database.configuration(as: "nerdwork_ledger_audit")), timeoutMilliseconds: 20_000)
            let begun = try cutOff(.full, through, proxy)
            // A night in between: the checkpoints and what waits for a fold are not those of the full audit's cut.
            try connection.post(400, ["treasury": -5, "wallet:poor": 5])
            let night = try #require(try connection.evidence(database).root)
            #expect(night.deferredTotal == -5)
            let ended = try goOn(.full, database)
            #expect(ended.run == begun.run)
            #expect(ended.state == .clean, "\(ended.findings.examples) \(ended.unfinished)")
            #expect(ended.evidence?.root == nil && ended.evidence?.refusal == nil)
            #expect(try connection.query("select from ledger.roots").count == 1)
        }
    }

    @Test("A night's audit that a full one has overtaken leaves it the root, and is clean")
    func overtakenByFull() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            _ = try connection.query("select ledger.set_mode('treasury', 2::int2)")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let through = try PostgresConnection(
                proxy.through(try database.configuration(as: "nerdwork_ledger_audit")), timeoutMilliseconds: 20_000)
            let begun = try cutOff(.incremental, through, proxy)
            // A full one has begun since, and verified every account, but not come to its end.
            try connection.post(400, ["treasury": -5, "wallet:poor": 5])
            try connection.execute(
                "insert into ledger.audit_runs (mode, started_at, updated_at) values ('full', now(), now())")
            try connection.checkpoint()
            let ended = try goOn(.incremental, database)
            #expect(ended.run == begun.run)
            #expect(ended.state == .clean, "\(ended.findings.examples) \(ended.unfinished)")
            #expect(try connection.query("select from ledger.roots").isEmpty)
        }
    }

    /// Begins an audit whose connection is lost on the way.
    private func cutOff(
        _ mode: AuditMode, _ through: PostgresConnection, _ proxy: FaultProxy
    ) throws -> AuditResult {
        proxy.arm(.cut(.client, after: 60))
        let begun = Audit.run(mode, through, resuming: true)
        try #require(!through.isUsable && begun.state == .incomplete && begun.run != nil)
        return begun
    }

    /// Waits until the server has noticed that the other session is gone.
    private func goOn(_ mode: AuditMode, _ database: TestDatabase) throws -> AuditResult {
        while true {
            let result = Audit.run(mode, try database.connect(as: "nerdwork_ledger_audit"), resuming: true)
            if !result.isBusy { return result }
        }
    }

    @Test("A run has one root, however often it is asked for")
    func once() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            let first = try connection.evidence(database)
            let run: Int64 = try connection.query("select run_id from ledger.roots").only().decode("run_id")
            try connection.post(90, ["treasury": -5, "wallet:poor": 5])
            try connection.checkpoint()
            let again = try Evidence.record(run: run, deferredTotal: "0", connection, anchors: nil)
            #expect(again.root == first.root)
            #expect(try connection.query("select from ledger.roots").count == 1)
        }
    }

    @Test("While a root is made, proofs are of the one before; who goes on after a kill makes the same root")
    func resumed() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            let first = try #require(try connection.evidence(database).root)
            let proofs = try ["treasury", "wallet:poor"].map { try connection.proof(of: $0) }
            // More leaves, so that the tree grows, and changes in old ones.
            for number in 0..<20 {
                try connection.post(UInt64(200 + number), ["treasury": -3, "wallet:poor": 1, "wallet:new\(number)": 2])
            }
            try connection.checkpoint()
            _ = try connection.query("select ledger.begin_root()")
            _ = try connection.query("select ledger.stage_leaves(0)")
            #expect(try ["treasury", "wallet:poor"].map { try connection.proof(of: $0) } == proofs)
            for proof in proofs { try #require(proof).verify() }
            #expect(try connection.proof(of: "wallet:new1") == nil)
            // Killed here; another day goes by.
            try connection.post(300, ["treasury": -3, "wallet:poor": 3])
            let second = try #require(try connection.evidence(database).root)
            #expect(second.rootHash == EvidenceTree(try connection.leaves())?.root.hash)
            #expect(second.previousRecordHash == first.hash)
            for reference in ["treasury", "wallet:poor", "wallet:new1"] {
                let proof = try #require(try connection.proof(of: reference))
                try proof.verify(account: try connection.account(reference))
                #expect(proof.record == second)
            }
        }
    }

    @Test("States no total that does not balance")
    func refused() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            try connection.checkpoint()
            let result = try Evidence.record(run: 1, deferredTotal: "7", connection, anchors: nil)
            #expect(result.root == nil && result.refusal == "balances sum to 0, what is deferred to 7")
            #expect(try connection.query("select from ledger.roots").isEmpty)
        }
    }

    @Test("Roots cannot be changed, removed, or written out of order")
    func guarded() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            try connection.evidence(database)
            for statement: SQL in ["update ledger.roots set run_id = 9", "delete from ledger.roots"] {
                let error = #expect(throws: DatabaseError.self) { try connection.query(statement) }
                #expect(error?.sqlState == "NW006")
            }
            let values = """
                made_at, root_hash, total, leaf_count, deferred_total, previous_root_hash, previous_record_hash, record_hash
                """
            for number in [1, 2, 3] {
                let error = #expect(throws: DatabaseError.self) {
                    try connection.query(
                        "select ledger.add_root(9, \(Int64(number)), \(raw: values)) from ledger.roots")
                }
                #expect(error?.sqlState == "NW020", "\(number)")
            }
            for role in ["nerdwork_wallet", "nerdwork_loyalty", "nerdwork_reader"] {
                let error = #expect(throws: DatabaseError.self) {
                    try database.connect(as: role).query("select ledger.begin_root()")
                }
                #expect(error?.sqlState == "42501")
            }
        }
    }
}
