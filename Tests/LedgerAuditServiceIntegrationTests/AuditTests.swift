import Codecs
import LedgerAuditService
import Platform
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@Suite("An audit")
struct AuditTests {
    @Test("of new and empty books is clean", arguments: [AuditMode.incremental, .full])
    func empty(mode: AuditMode) throws {
        try withDatabase { database in
            let result = Audit.run(mode, try database.connect(as: "nerdwork_ledger_audit"))
            #expect(result.state == .clean)
            #expect(result.unfinished.isEmpty)
            #expect(result.accounts == 4)
        }
    }

    @Test("reads once what is new, and everything when it is asked to")
    func incremental() throws {
        try withDatabase { database in
            let books = try database.connect()
            let connection = try database.connect(as: "nerdwork_ledger_audit")
            try books.keepBooks(from: 1)
            #expect(try connection.audit(.incremental).entries == 11)
            #expect(try connection.audit(.incremental).entries == 0)
            try books.keepBooks(from: 11)
            #expect(try connection.audit(.incremental).entries == 11)
            let full = try connection.audit(.full)
            #expect(full.entries == 22)
            #expect(full.transactions == 12)
            #expect(full.state == .clean)
        }
    }

    @Test("of busy books reports nothing")
    func busy() throws {
        try withDatabase { database in
            let stop = Mutex(false)
            let failures = Mutex<[String]>([])
            let writers = (0..<3).map { writer in
                SystemThread.start(stackBytes: 8 << 20) {
                    do {
                        let connection = try database.connect()
                        var number = UInt64(writer + 1) << 32
                        while !stop.withLock({ $0 }) {
                            try connection.keepBooks(from: number)
                            number += 10
                            _ = try connection.query("select pg_sleep(0.005)")
                        }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
            }
            let connection = try database.connect(as: "nerdwork_ledger_audit")
            for round in 0..<8 {
                let result = try connection.audit(round % 4 == 3 ? .full : .incremental)
                #expect(result.state == .clean, "\(result.findings.examples) \(result.unfinished)")
            }
            stop.withLock { $0 = true }
            for writer in writers { try #require(writer).join() }
            #expect(failures.withLock { $0 } == [])
            let last = try connection.audit(.full)
            #expect(last.state == .clean)
            #expect(last.entries > 30)
        }
    }

    @Test("that has no time is incomplete, not clean, and says so in report and event")
    func outOfTime() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_ledger_audit")
            let result = Audit.run(.incremental, connection, until: .after(milliseconds: 0))
            #expect(result.state == .incomplete)
            #expect(!result.unfinished.isEmpty)
            try AuditStore.save(result, id: "x", at: Timestamp(millisecondsSince1970: 0), connection)
            let superuser = try database.connect()
            let audit = try superuser.query("select state, verified_until is null as open from ledger.audits").only()
            #expect(try audit.decode("state") == "verification incomplete")
            #expect(try audit.decode("open", as: Bool.self))
            let event = try superuser.query("select source, detail_type, detail from outbox.events").only()
            #expect(try event.decode("source") == "nerdwork.ledger")
            #expect(try event.decode("detail_type") == "LedgerAuditFailed")
            let detail = try JSONDocument(parsing: try event.decode("detail", as: [UInt8].self)).root
            #expect(try detail.member("state").string() == "verification incomplete")
            #expect(try detail.member("version").integer() == 1)
        }
    }

    @Test("that cannot run a check is incomplete")
    func brokenCheck() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.execute("revoke select on ledger.checkpoints from nerdwork_ledger_audit")
            let result = Audit.run(.incremental, try database.connect(as: "nerdwork_ledger_audit"))
            #expect(result.state == .incomplete)
            #expect(result.unfinished.contains { $0.check == "checkpoints" && $0.reason == "42501" })
        }
    }

    @Test("reports a finding again until it is settled, and stores report, event and other checkpoints together")
    func findingsStay() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.keepBooks(from: 1)
            let poor = "(select account_id from ledger.accounts where reference = 'wallet:poor')"
            try superuser.tamper("update ledger.balances set balance = balance + 1 where account_id = \(poor)")
            let connection = try database.connect(as: "nerdwork_ledger_audit")
            for round in 1...2 {
                let result = Audit.run(.incremental, connection)
                #expect(result.findings.counts == [.balanceMismatch: 1, .netNotZero: 1])
                try AuditStore.save(result, id: "\(round)", at: Timestamp(millisecondsSince1970: 0), connection)
            }
            let stored = try superuser.query(
                """
                select (select count(*) from ledger.checkpoints) as checkpoints,
                       (select count(*) from ledger.checkpoints where account_id = \(raw: poor)) as of_poor,
                       (select count(*) from ledger.audits where state = 'failed' and finding_count = 2) as audits,
                       (select count(*) from outbox.events where detail_type = 'LedgerAuditFailed') as events
                """
            ).only()
            #expect(try stored.decode("checkpoints", as: Int.self) == 5)
            #expect(try stored.decode("of_poor", as: Int.self) == 0)
            #expect(try stored.decode("audits", as: Int.self) == 2)
            #expect(try stored.decode("events", as: Int.self) == 2)
            try superuser.tamper("update ledger.balances set balance = balance - 1 where account_id = \(poor)")
            #expect(try connection.audit(.incremental).state == .clean)
            #expect(try connection.audit(.incremental).entries == 0)
        }
    }
}
