import AWSClient
import Codecs
import Foundation
import LedgerAuditService
import LedgerEvidence
import LocalPlatform
import PostgresClient
import TestSupport
import Testing

/// Books of three nights, and their anchors in a folder.
private struct AnchoredBooks {
    let database: TestDatabase
    let folder: String
    let connection: PostgresConnection

    init(_ database: TestDatabase, nights: ClosedRange<Int64> = 1...3) throws {
        self.database = database
        folder = try Self.makeFolder()
        connection = try database.connect()
        for night in nights { try spend(night) }
    }

    private static func makeFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "anchors-\(Foundation.UUID())").path
        try Files.makeFolder("\(folder)/anchors")
        return folder
    }

    /// Postings, an audit and its evidence.
    func spend(_ night: Int64) throws {
        try connection.keepBooks(from: UInt64(night * 10))
        let path = folder
        let store = AnchorStore { (object, _) throws(AWSError) in
            do {
                try Files.makeFolder(Files.parent(of: "\(path)/\(object.key)"))
                try Files.create("\(path)/\(object.key)", with: object.body)
            } catch { throw AWSError(.rejected, status: 412) }
        }
        let result = try PostgresConnection.audited(connection, store)
        try #require(result.root != nil && result.unanchored == 0, "\(result)")
    }

    func verified(anchors: Bool = true) throws -> LedgerVerification {
        try LedgerVerification(
            try LocalDatabase(url: database.url()), anchors: anchors ? [folder] : nil, progress: { _ in })
    }

    /// The breaks' areas.
    func areas(anchors: Bool = true) throws -> [LedgerBreak.Area] {
        try verified(anchors: anchors).breaks.map(\.area)
    }
}

private let theAccount = "(select account_id from ledger.accounts where reference = 'wallet:poor')"

/// Computes again what follows from the entries: running balances, balances, heads.
private let rebuilt = """
    update ledger.entries e set balance_after = s.total
      from (select account_id, seq, sum(amount) over (partition by account_id order by seq) as total
              from ledger.entries) s
     where s.account_id = e.account_id and s.seq = e.seq;
    update ledger.balances b set balance = s.total, head = s.head
      from (select account_id, sum(amount) as total,
                   ledger.chain(decode(repeat('00', 32), 'hex'), transaction_id, account_id, stripe, seq, amount,
                       created_at order by seq) as head
              from ledger.entries group by account_id) s where s.account_id = b.account_id
    """

@Suite("invoke-local ledger verify")
struct EvidenceVerificationTests {
    @Test("Finds nothing in sound books, whatever is under way")
    func sound() throws {
        try withDatabase { database in
            let books = try AnchoredBooks(database)
            let verification = try books.verified()
            #expect(verification.breaks == [], "\(verification.summary)")
            #expect(verification.roots == 3 && verification.anchors == 3 && verification.accounts == 6)
            try books.connection.keepBooks(from: 200)
            #expect(try books.areas() == [])
            try books.connection.checkpoint()
            _ = try books.connection.query("select ledger.begin_root()")
            _ = try books.connection.query("select ledger.stage_leaves(0)")
            #expect(try books.areas() == [])
            let entries = try books.connection.query("select count(*) as n from ledger.entries").only()
            #expect(try books.verified().entries == entries.decode("n", as: Int64.self))
        }
    }

    static let tamperings: [(name: String, script: String, place: String)] = [
        (
            "edit of an amount",
            "update ledger.entries set amount = amount + 1 where account_id = \(theAccount) and seq = 2",
            "seq 2"
        ),
        (
            "edit of an amount with all that follows from it but the chain",
            """
            update ledger.entries set amount = amount + 1, balance_after = balance_after + 1
             where account_id = \(theAccount) and seq = 2;
            update ledger.entries set balance_after = balance_after + 1 where account_id = \(theAccount) and seq > 2;
            update ledger.balances set balance = balance + 1 where account_id = \(theAccount);
            update ledger.checkpoints set balance = balance + 1 where account_id = \(theAccount)
            """, "seq "
        ),
        (
            "edit of a time",
            "update ledger.entries set created_at = created_at + interval '1 microsecond' where account_id = \(theAccount) and seq = 2",
            "another head"
        ),
        (
            "edit of a transaction",
            "update ledger.entries set transaction_id = gen_random_uuid() where account_id = \(theAccount) and seq = 2",
            "another head"
        ),
        ("deletion", "delete from ledger.entries where account_id = \(theAccount) and seq = 2", "position 2"),
        (
            "insertion behind the balance",
            """
            insert into ledger.entries
            select gen_random_uuid(), account_id, seq + 1, 1, balance_after + 1, now(), 0 from ledger.entries
             where account_id = \(theAccount) order by seq desc limit 1
            """, "the balance stands at"
        ),
        (
            "insertion at a position that there is",
            """
            insert into ledger.entries
            select transaction_id, account_id, 1, amount, balance_after, now() + interval '40 days', 0
              from ledger.entries where account_id = \(theAccount) and seq = 2
            """, "position 2"
        ),
        (
            "swap of two entries",
            """
            update ledger.entries set seq = seq + 1000 where account_id = \(theAccount) and seq in (2, 3);
            update ledger.entries set seq = 1005 - seq where account_id = \(theAccount) and seq > 1000
            """, "seq "
        ),
        (
            "truncation of the tail, with the balance set back",
            """
            delete from ledger.entries where account_id = \(theAccount) and seq = (select seq from ledger.balances where account_id = \(theAccount));
            update ledger.balances set seq = seq - 1 where account_id = \(theAccount); \(rebuilt)
            """, "no entry"
        ),
        (
            "truncation of the tail, with balance and checkpoint set back",
            """
            delete from ledger.entries where account_id = \(theAccount) and seq = (select seq from ledger.balances where account_id = \(theAccount));
            update ledger.balances set seq = seq - 1 where account_id = \(theAccount); \(rebuilt);
            update ledger.checkpoints k set seq = b.seq, balance = b.balance, head = b.head
              from ledger.balances b where b.account_id = k.account_id
            """, "the leaf stands at"
        ),
        ("removal of a balance row", "delete from ledger.balances where account_id = \(theAccount)", "no balance"),
    ]

    @Test("Names the first place where a chain is broken", arguments: tamperings.indices)
    func chains(index: Int) throws {
        let tampering = Self.tamperings[index]
        try withDatabase { database in
            let books = try AnchoredBooks(database)
            try books.connection.tamper(tampering.script)
            let found = try books.verified().breaks.first { $0.area == .chains }
            let description = found?.description ?? "nothing"
            #expect(description.contains(tampering.place), "\(tampering.name): \(description)")
            let account = try books.connection.account("wallet:poor")
            #expect(description.contains("\(account)"), "\(description)")
        }
    }

    @Test("A history that was rebuilt with everything in the database is found by its anchors alone")
    func rebuild() throws {
        try withDatabase { database in
            let books = try AnchoredBooks(database)
            try books.connection.tamper(
                """
                update ledger.entries set amount = amount * 2 where transaction_id = (
                    select transaction_id from ledger.transactions where status = 0 order by created_at limit 1);
                \(rebuilt);
                update ledger.checkpoints k set balance = b.balance, head = b.head
                  from ledger.balances b where b.account_id = k.account_id;
                delete from ledger.anchors; delete from ledger.roots; delete from ledger.evidence_nodes;
                delete from ledger.evidence_leaves
                """)
            for run: Int64 in 1...3 {
                _ = try Evidence.record(run: run, deferredTotal: "0", books.connection, anchors: nil)
            }
            // Up to here nobody inside sees anything.
            #expect(try books.areas(anchors: false) == [])
            let found = try books.verified().breaks
            #expect(found.map(\.area) == [.anchors] && found[0].description.contains("root 1"), "\(found)")
        }
    }

    @Test("A database that was set back to yesterday is found by today's anchor")
    func rollback() throws {
        try withDatabase { database in
            let books = try AnchoredBooks(database, nights: 1...2)
            books.connection.close()
            let name = "\(database.name)_yesterday"
            _ = try database.server.administrate().query(
                "create database \(raw: name) template \(raw: database.name)")
            defer { _ = try? database.server.administrate().query("drop database \(raw: name) with (force)") }
            let today = try AnchoredBooks(continuing: books)
            try today.spend(3)
            #expect(try today.areas() == [])
            let yesterday = database.url().replacingOccurrences(of: "/\(database.name)?", with: "/\(name)?")
            let verification = try LedgerVerification(
                try LocalDatabase(url: yesterday), anchors: [books.folder], progress: { _ in })
            #expect(verification.breaks.map(\.area) == [.anchors], "\(verification.summary)")
            #expect(verification.breaks.first?.description.contains("root 3") == true)
            #expect(verification.summary.contains("rolled back"))
        }
    }

    static let forgeries: [(script: String, areas: [LedgerBreak.Area], place: String)] = [
        ("update ledger.roots set root_hash = sha256('x') where root_id = 2", [.roots, .anchors], "root 2"),
        ("update ledger.roots set leaf_count = 7 where root_id = 3", [.tree, .roots, .anchors], "root 3"),
        (
            "delete from ledger.anchors where root_id = 2; delete from ledger.roots where root_id = 2",
            [.roots, .anchors], "root 2"
        ),
        (
            "update ledger.roots set total = total - 5, deferred_total = deferred_total + 5 where root_id = 3",
            [.tree, .roots, .anchors], "root 3"
        ),
        ("update ledger.evidence_nodes set hash = sha256('x') where level = 0 and position = 4", [.tree], "leaf 4"),
        ("update ledger.evidence_leaves set balance = balance + 1 where position = 4", [.chains, .tree], "leaf"),
        ("delete from ledger.evidence_nodes where level = 0 and position = 4", [.tree], "leaf 4"),
    ]

    @Test("A forged root, leaf or node is named", arguments: forgeries.indices)
    func forged(index: Int) throws {
        let forgery = Self.forgeries[index]
        try withDatabase { database in
            let books = try AnchoredBooks(database)
            try books.connection.tamper(forgery.script)
            let found = try books.verified().breaks
            #expect(found.map(\.area) == forgery.areas, "\(found)")
            #expect(found.contains { $0.description.contains(forgery.place) }, "\(found)")
        }
    }

    @Test("An anchor that is gone, changed or nobody's is named")
    func anchors() throws {
        try withDatabase { database in
            let books = try AnchoredBooks(database)
            let key: String = try books.connection.query("select object_key from ledger.anchors where root_id = 2")
                .only().decode("object_key")
            let file = "\(books.folder)/\(key)"
            let bytes = try Files.read(file)
            var record = try RootRecord(parsing: bytes)
            record.total += 1
            record.deferredTotal -= 1
            for (content, said) in [
                (record.canonical, "says otherwise"), (bytes + [0x0A], "is no anchor"), ([], "is no anchor"),
            ] {
                try Files.replace(file, with: content)
                let found = try books.verified().breaks
                #expect(found.map(\.area) == [.anchors] && found[0].description.contains(said), "\(found)")
            }
            try Files.replace(file, with: bytes)
            #expect(try books.areas() == [])
            try Files.replace(file + "x", with: bytes)
            #expect(try books.areas() == [.anchors])
        }
    }
}

extension AnchoredBooks {
    /// The same books over a new connection.
    fileprivate init(continuing books: AnchoredBooks) throws {
        database = books.database
        folder = books.folder
        connection = try books.database.connect()
    }
}
