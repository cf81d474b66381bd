import Codecs
import LedgerAuditService
import PostgresClient
import TestSupport
import Testing

@Suite("A run of the audit")
struct RunTests {
    @Test("goes on where its connection was cut, at whatever message: the same result, nothing read twice or left out")
    func cut() throws {
        try withDatabase { database in
            let books = try database.connect()
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            try books.keepBooks(from: 0)
            proxy.arm(nil)
            _ = try Stage(database, proxy).auditUntilClean()
            let faults: [FaultProxy.Fault] =
                stride(from: 0, to: proxy.messageCount(from: .client), by: 37).map { .cut(.client, after: $0) }
                + stride(from: 1, to: proxy.messageCount(from: .server), by: 151).map { .cut(.server, after: $0) }
            #expect(faults.count > 20)
            for (number, fault) in faults.enumerated() {
                try books.keepBooks(from: UInt64(number + 1) * 10)
                let mark = try books.newestAudit()
                proxy.arm(fault)
                let stage = try Stage(database, proxy)
                let attempts = try stage.auditUntilClean()
                let stored = try books.query(
                    """
                    select sum((report -> 'counts' ->> 'entries')::bigint)::bigint as entries,
                           max((report -> 'counts' ->> 'transactions')::bigint) as transactions,
                           (select count(*) from ledger.transactions) as all_transactions,
                           (select count(*) from ledger.audit_runs where finished_at is null) as open
                      from ledger.audits where audit_id > \(mark)
                    """
                ).only()
                #expect(try stored.decode("entries", as: Int64.self) == 11, "\(fault), \(attempts) attempts")
                let transactions = try stored.decode("transactions", as: Int64.self)
                #expect(try stored.decode("all_transactions") == transactions, "\(fault)")
                #expect(try stored.decode("open", as: Int64.self) == 0, "\(fault)")
            }
            #expect(Audit.run(.full, books).state == .clean)
        }
    }

    /// Runs audits as the function's invocations do: over and over until one has stored its end.
    private struct Stage {
        let database: TestDatabase
        let configuration: ConnectionConfiguration

        init(_ database: TestDatabase, _ proxy: FaultProxy) throws {
            self.database = database
            configuration = proxy.through(try database.configuration(as: "nerdwork_ledger_audit"))
        }

        /// How often it took a new connection.
        func auditUntilClean() throws -> Int {
            for attempt in 1...200 {
                guard let connection = try? PostgresConnection(configuration, timeoutMilliseconds: 20_000) else {
                    continue
                }
                let result = Audit.run(.incremental, connection, resuming: true, accountRows: 7)
                #expect(result.findings.total == 0, "\(result.findings.examples)")
                guard result.state == .clean else { continue }
                let time = Timestamp(millisecondsSince1970: 1_790_000_000_000)
                if (try? AuditStore.save(result, id: "\(attempt)", at: time, connection)) != nil { return attempt }
            }
            Issue.record("no end in sight")
            return 200
        }
    }

    @Test("is left alone by a second audit, which finds nothing, stores nothing and says that it is busy")
    func busy() throws {
        try withDatabase { database in
            let first = try database.connect()
            try first.keepBooks(from: 1)
            _ = try first.query("select pg_advisory_lock(1853190247, 1)")
            let second = try database.connect(as: "nerdwork_ledger_audit")
            for mode in [AuditMode.incremental, .full] {
                let result = Audit.run(mode, second, resuming: true)
                #expect(result.isBusy)
                #expect(result.state == .incomplete)
                #expect(result.run == nil)
            }
            #expect(try first.count("ledger.audit_runs") == 0)
            _ = try first.query("select pg_advisory_unlock(1853190247, 1)")
            #expect(Audit.run(.incremental, second).state == .clean)
            // A session that is kept keeps nobody out.
            #expect(Audit.run(.incremental, first).state == .clean)
        }
    }

    @Test("gives up an earlier one that is not to go on, and cleans up after it")
    func abandoned() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            let first = Audit.run(.incremental, connection)
            try connection.keepBooks(from: 11)
            let second = Audit.run(.incremental, connection)
            try AuditStore.save(second, id: "2", at: Timestamp(millisecondsSince1970: 0), connection)
            #expect(first.entries == 11)
            #expect(second.entries == 11)
            let runs = try connection.query("select state from ledger.audit_runs order by run_id")
            #expect(try runs.map { try $0.decode("state", as: String.self) } == ["abandoned", "clean"])
            _ = Audit.run(.full, connection)
            let cuts = try connection.query("select count(distinct run_id) as n from ledger.audit_cut").only()
            #expect(try cuts.decode("n", as: Int.self) == 1)
        }
    }

    @Test("keeps its findings over a lost connection, and reports each once")
    func keptFindings() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.keepBooks(from: 1)
            try superuser.tamper("update ledger.balances set balance = balance + 1 where account_id = 1")
            let found = Audit.run(.incremental, superuser).findings.counts
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let through = proxy.through(try database.configuration(as: "nerdwork_ledger_audit"))
            var cuts = 0
            for after in stride(from: 20, to: 130, by: 20) {
                let connection = try PostgresConnection(through, timeoutMilliseconds: 20_000)
                proxy.arm(.cut(.client, after: after))
                _ = Audit.run(.incremental, connection, resuming: true)
                if !connection.isUsable { cuts += 1 }
                proxy.arm(nil)
                var result = AuditResult(mode: .incremental)
                repeat {
                    let next = try PostgresConnection(through, timeoutMilliseconds: 20_000)
                    result = Audit.run(.incremental, next, resuming: true)
                } while result.isBusy
                #expect(result.findings.counts == found, "\(after)")
                #expect(result.unfinished.isEmpty)
                try AuditStore.save(result, id: "\(after)", at: Timestamp(millisecondsSince1970: 0), superuser)
            }
            #expect(cuts >= 3)
        }
    }
}

extension PostgresConnection {
    fileprivate func newestAudit() throws -> Int64 {
        try query("select coalesce(max(audit_id), 0) as n from ledger.audits").only().decode("n")
    }

    func count(_ table: String) throws -> Int64 {
        try query("select count(*) as n from \(raw: table)").only().decode("n")
    }
}
