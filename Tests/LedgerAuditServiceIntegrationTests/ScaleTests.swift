import Codecs
import LedgerAuditService
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("An audit of many entries")
struct ScaleTests {
    @Test("takes no lock that a posting waits for, however long its transactions stay open")
    func locks() throws {
        try withDatabase { database in
            let auditor = try database.connect()
            try auditor.keepBooks(from: 1)
            let backend = try auditor.query("select pg_backend_pid() as pid").only().decode("pid", as: Int32.self)
            _ = try auditor.query("begin")
            for mode in [AuditMode.incremental, .full] {
                #expect(Audit.run(mode, auditor).state == .clean)
                let books = try database.connect()
                let locks = try books.query(
                    """
                    select distinct c.relname || ' ' || l.mode as lock
                      from pg_locks l join pg_class c on c.oid = l.relation
                     where l.pid = \(backend) and c.relnamespace = 'ledger'::regnamespace
                       and c.relkind in ('r', 'p') and l.mode <> 'AccessShareLock' order by 1
                    """
                ).map { try $0.decode("lock", as: String.self) }
                // Rows of its own: nothing else is written or locked.
                #expect(
                    Set(locks).isSubset(of: [
                        "audit_runs RowExclusiveLock", "audit_cut RowExclusiveLock", "checkpoints RowExclusiveLock",
                        "evidence_leaves RowExclusiveLock", "evidence_nodes RowExclusiveLock",
                        "roots RowExclusiveLock", "roots RowShareLock", "anchors RowExclusiveLock",
                    ]), "\(locks)")
                _ = try books.query("set lock_timeout = '5s'")
                try books.keepBooks(from: mode == .full ? 21 : 11)
                _ = try books.query("select ledger.fold('fees', 1000), ledger.fold('treasury', 1000)")
            }
            _ = try auditor.query("rollback")
        }
    }

    @Test("says nothing about right books while eight connections post in every mode and folds run")
    func underLoad() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            _ = try superuser.query("select ledger.set_mode('fees', 2::smallint)")
            _ = try superuser.query("select ledger.set_mode('revenue', 1::smallint, 4::smallint)")
            for writer in 0..<8 {
                try superuser.post(UInt64(9_000 + writer), ["treasury": -1_000, "wallet:h\(writer)": 1_000])
            }
            let stop = Mutex(false)
            let failures = Mutex<[String]>([])
            // A writer's rounds, of some ten entries each.
            let written = Mutex(0)
            func thread(_ body: @escaping @Sendable (PostgresConnection) throws -> Void) -> SystemThread? {
                SystemThread.start(stackBytes: 8 << 20) {
                    do {
                        let connection = try database.connect()
                        while !stop.withLock({ $0 }) { try body(connection) }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
            }
            var threads = (0..<8).map { writer in
                let number = Mutex(UInt64(writer + 1) << 32)
                return thread { connection in
                    let start = number.withLock { number in
                        number += 10
                        return number
                    }
                    try connection.keepBooks(from: start)
                    try connection.postBatch(of: writer, from: start + 6)
                    try connection.useHold("wallet:h\(writer)", "\(start)", captures: 1)
                    try connection.useHold("wallet:h\(writer)", "\(start) again", captures: nil)
                    written.withLock { $0 += 1 }
                    _ = try connection.query("select pg_sleep(0.01)")
                }
            }
            threads.append(
                thread { connection in
                    _ = try connection.query("select ledger.fold('fees', 7)")
                    _ = try connection.query("select pg_sleep(0.005)")
                })
            // The treasury is posted to strictly and lazily in turn.
            threads.append(
                thread { connection in
                    for mode in [Int16(2), 0] {
                        _ = try connection.query("select ledger.set_mode('treasury', \(mode))")
                        _ = try connection.query("select ledger.fold('treasury', 1000), pg_sleep(0.05)")
                    }
                })
            let auditor = try database.connect(as: "nerdwork_ledger_audit")
            var round = 0
            // At least so many audits, and as many more as a busy machine needs to write something worth an audit.
            while round < 24 || written.withLock({ $0 }) < 64, failures.withLock({ $0.isEmpty }) {
                let result = try auditor.audit(round % 6 == 5 ? .full : .incremental)
                #expect(result.state == .clean, "\(result.findings.examples) \(result.unfinished)")
                round += 1
            }
            stop.withLock { $0 = true }
            for thread in threads { try #require(thread).join() }
            #expect(failures.withLock { $0 } == [])
            let last = try auditor.audit(.full)
            #expect(last.state == .clean, "\(last.findings.examples)")
            #expect(last.entries > 500)
        }
    }
}

extension PostgresConnection {
    /// Three postings in one call: one that is posted, one that is rejected, and the first again.
    fileprivate func postBatch(of writer: Int, from number: UInt64) throws {
        let ids = ["\(number)", "\(number + 1)", "\(number)"].map { "md5('batch \(writer) \($0)')::uuid" }
        _ = try query(
            """
            select * from ledger.post_batch(
                array[\(raw: ids.joined(separator: ", "))], array[2, 2, 2]::smallint[],
                array[ledger.fingerprint(2::smallint, array['treasury', 'wallet:b\(raw: "\(writer)")'], array[-3, 3]),
                      ledger.fingerprint(2::smallint, array['wallet:none', 'fees'], array[-9, 9]),
                      ledger.fingerprint(2::smallint, array['treasury', 'wallet:b\(raw: "\(writer)")'], array[-3, 3])],
                array[1, 1, 2, 2, 3, 3],
                array['treasury', 'wallet:b\(raw: "\(writer)")', 'wallet:none', 'fees', 'treasury',
                      'wallet:b\(raw: "\(writer)")'],
                array[-3, 3, -9, 9, -3, 3]::bigint[], array[null, null, null]::jsonb[])
            """)
    }
}
