import Ledger
import LedgerAuditService
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("A month that is over")
struct SealedMonthTests {
    static let changes = [
        """
        insert into ledger.entries (transaction_id, account_id, stripe, seq, amount, balance_after, created_at)
        select gen_random_uuid(), 1, 0, 900, 1, 1, '2020-01-20 00:00+00'
        """,
        """
        insert into ledger.entries_2020_01 (transaction_id, account_id, stripe, seq, amount, balance_after, created_at)
        select gen_random_uuid(), 1, 0, 900, 1, 1, '2020-01-20 00:00+00'
        """,
        "update ledger.entries set amount = amount + 1 where created_at < '2020-02-01'",
        "update ledger.entries_2020_01 set seq = seq + 1000",
        "delete from ledger.entries where created_at < '2020-02-01'",
        "delete from ledger.entries_2020_01",
        "truncate ledger.entries_2020_01",
        "update ledger.sealed_months set closed_at = now()",
        "delete from ledger.sealed_slices",
    ]

    @Test("takes no insert, update or delete once it is sealed: of nobody, by way of the parent or not, replica or not")
    func refuses() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.makeOldMonth(postings: 1..<4)
            #expect(try superuser.audit(.incremental).sealedMonths == 1)
            let replica = "reset role; set session_replication_role = replica"
            for session in ["reset role", "set role nerdwork_owner", replica] {
                try superuser.executeScript(session)
                for change in Self.changes {
                    let error = #expect(throws: DatabaseError.self, "\(session): \(change)") {
                        try superuser.executeScript(change)
                    }
                    #expect(error?.sqlState == "NW006", "\(session): \(change): \(error.map { "\($0)" } ?? "")")
                }
            }
            try superuser.executeScript("reset session_replication_role")
            #expect(Audit.run(.full, superuser).state == .clean)
        }
    }

    @Test("is closed without a posting of another month that waits for it, nor does it wait for one")
    func closing() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.makeOldMonth(postings: 1..<4)
            let auditor = try database.connect(as: "nerdwork_ledger_audit")
            let poster = try database.connect()
            _ = try poster.query("select set_config('lock_timeout', '2s', false)")
            // A posting that is not committed holds its locks while the month is closed.
            _ = try poster.query("begin")
            try poster.post(11, ["treasury": -1, "wallet:a": 1])
            _ = try auditor.query("begin")
            #expect(try auditor.close("'2020-01-01'"))
            try poster.post(12, ["treasury": -1, "wallet:b": 1])
            _ = try poster.query("commit")
            // And the other way round: the closing is not committed.
            try poster.post(13, ["treasury": -1, "wallet:c": 1])
            _ = try auditor.query("commit")
            try poster.post(14, ["treasury": -1, "wallet:a": 1])
            #expect(Audit.run(.full, superuser).state == .clean)
        }
    }

    @Test("is not over yet: asked to be closed again and again, it takes every posting meanwhile")
    func open() throws {
        try withDatabase { database in
            let postings = 60
            let isPosting = Atomic(true)
            let refusals = Atomic(0)
            let failures = Mutex<[String]>([])
            concurrently(2) { thread in
                do {
                    if thread == 0 {
                        defer { isPosting.store(false, ordering: .sequentiallyConsistent) }
                        let poster = try database.connect()
                        for number in 1...postings {
                            let outcome = try poster.post(UInt64(number), ["treasury": -1, "wallet:a": 1])
                            guard case .posted(_, replayed: false) = outcome else {
                                return failures.withLock { $0.append("\(outcome)") }
                            }
                        }
                        return
                    }
                    let auditor = try database.connect(as: "nerdwork_ledger_audit")
                    repeat {
                        let isClosed = try auditor.close("date_trunc('month', now())::date")
                        if isClosed { failures.withLock { $0.append("it was closed") } }
                        refusals.add(1, ordering: .sequentiallyConsistent)
                    } while isPosting.load(ordering: .sequentiallyConsistent)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(refusals.load(ordering: .sequentiallyConsistent) > 0)
            let superuser = try database.connect()
            #expect(try superuser.count("ledger.entries") == Int64(2 * postings))
            #expect(try superuser.count("ledger.sealed_months") == 0)
            #expect(try superuser.count("pg_trigger where tgname = 'sealed'") == 0)
        }
    }

    @Test("is sealed on from where the connection was cut, slice by slice, and each entry is in one of them")
    func cut() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.makeOldMonth(postings: 1..<46)
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let through = proxy.through(try database.configuration(as: "nerdwork_ledger_audit"))
            func audit(until fault: FaultProxy.Fault?) throws -> AuditResult {
                proxy.arm(fault)
                let connection = try PostgresConnection(through, timeoutMilliseconds: 20_000)
                var result = AuditResult(mode: .incremental)
                repeat { result = Audit.run(.incremental, connection, resuming: true) } while result.isBusy
                return result
            }
            // Some messages of the client for each slice, so three cuts leave some sealed and some not.
            var reached: [Int64] = []
            while try superuser.count("ledger.sealed_slices") == 0 { _ = try audit(until: .cut(.client, after: 150)) }
            for _ in 1...2 {
                reached.append(try superuser.count("ledger.sealed_slices"))
                _ = try audit(until: .cut(.client, after: 60))
            }
            #expect(reached.allSatisfy { (1..<30).contains($0) } && reached[0] < reached[1], "\(reached)")
            let result = try audit(until: nil)
            #expect(result.state == .clean && result.sealedMonths == 1, "\(result.unfinished)")
            let sealed = try superuser.query(
                """
                select count(*) as slices, sum(entry_count)::bigint as entries, sum(amount_sum)::bigint as total
                  from ledger.sealed_slices
                """
            ).only()
            #expect(try sealed.decode("slices", as: Int64.self) == 30)
            #expect(try sealed.decode("entries", as: Int64.self) == 90)
            #expect(try sealed.decode("total", as: Int64.self) == 0)
            // Reads every slice again, from entries.
            let full = Audit.run(.full, superuser)
            #expect(full.state == .clean && full.slices == 30, "\(full.findings.examples)")
        }
    }

    @Test("is not read again by an incremental audit, but for the slice whose turn it is")
    func unread() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.makeOldMonth(postings: 1..<2_001)
            #expect(try superuser.audit(.incremental).sealedMonths == 1)
            try superuser.executeScript("vacuum analyze ledger.entries_2020_01")
            for night in [10, 20] as [UInt64] {
                try superuser.keepBooks(from: 3_000 + night)
                try superuser.post(3_006 + night, ["treasury": -1, "wallet:old": 1])
                let before = try superuser.oldEntriesRead()
                let auditor = try database.connect(as: "nerdwork_ledger_audit")
                let result = try auditor.audit(.incremental)
                #expect(result.state == .clean && result.slices == 1 && result.entries == 13)
                try auditor.tellStatistics()
                let read = try superuser.oldEntriesRead() - before
                let turn = try superuser.query(
                    """
                    select max(s.entry_count) as entries from ledger.sealed_slices s
                     where s.slice = (select floor(extract(epoch from max(r.started_at)) / 86400)::bigint % 30
                                        from ledger.audit_runs r)
                    """
                ).only().decode("entries", as: Int64.self)
                #expect((130...136).contains(turn))
                #expect(read == turn, "night \(night)")
            }
        }
    }
}

extension PostgresConnection {
    /// Asks for a month to be closed, which an expression names; answers whether it is.
    fileprivate func close(_ month: String) throws -> Bool {
        try query("select ledger.close_month(\(raw: month)) as closed").only().decode("closed")
    }

    /// How many rows of January 2020 all sessions have read so far, as those that told it count.
    fileprivate func oldEntriesRead() throws -> Int64 {
        try tellStatistics()
        return try query(
            """
            select seq_tup_read + idx_tup_fetch as read from pg_stat_all_tables
             where schemaname = 'ledger' and relname = 'entries_2020_01'
            """
        ).only().decode("read")
    }

    /// Makes the session's counters visible to others at the end of this statement.
    fileprivate func tellStatistics() throws {
        _ = try query("select pg_stat_force_next_flush()")
        // They leave when the next statement has ended.
        _ = try query("select 1")
    }
}
