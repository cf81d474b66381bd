import LedgerAuditService
import PostgresClient
import TestSupport
import Testing

@Suite("Tampering with the books as a superuser")
struct TamperingTests {
    @Test("is seen in each way by a full audit, and in each promised way by an incremental one")
    func seen() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try Self.prepare(connection)
            #expect(Tampering.all.count >= 50)
            for tampering in Tampering.all {
                _ = try connection.query("begin")
                try connection.tamper(tampering.script)
                // Neither may profit from the checkpoints that the other writes.
                _ = try connection.query("savepoint tampered")
                // In pages of a few accounts, for what is wrong with one of them is found on any page.
                let full = Audit.run(.full, connection, accountRows: 5)
                _ = try connection.query("rollback to tampered")
                let incremental = Audit.run(.incremental, connection)
                _ = try connection.query("rollback")
                expect(full, tampering.full, "full: \(tampering.name)")
                // What it cannot see it must not hint at either: the documentation says exactly what that is.
                expect(incremental, tampering.incremental, "incremental: \(tampering.name)")
            }
            try Self.expectCleanBooks(connection)
        }
    }

    private func expect(_ result: AuditResult, _ code: FindingCode?, _ name: String) {
        let counts = result.findings.counts
        if let code {
            #expect(counts[code] != nil, "\(name): \(counts)")
        } else {
            #expect(counts == [:], "\(name)")
        }
        #expect(result.state == (code == nil ? .clean : .failed), "\(name): \(counts)")
        #expect(result.unfinished.isEmpty, "\(name): \(result.unfinished)")
    }

    @Test("is tried in every way that has a finding")
    func everyCode() {
        let tried = Set(Tampering.all.map(\.full))
        #expect(Set(FindingCode.allCases).subtracting(tried) == [])
    }

    /// A sealed month, old postings, an audit two days ago that verified them, and new postings: in every mode, with a
    /// reversal, with legs that were folded and one that waits.
    private static func prepare(_ connection: PostgresConnection) throws {
        try sealOldMonth(connection)
        _ = try connection.query("select ledger.set_mode('fees', 2::smallint)")
        _ = try connection.query("select ledger.set_mode('revenue', 1::smallint, 3::smallint)")
        try connection.post(1, ["treasury": -9, "wallet:quiet": 9])
        try connection.keepBooks(from: 10)
        let clean = try connection.audit(.incremental)
        try #require(clean.state == .clean, "\(clean.findings.examples) \(clean.unfinished)")
        // Let the first postings be older than what the next audit reads again.
        let recent = "created_at > '2021-01-01'"
        try connection.tamper(
            """
            update ledger.entries set created_at = created_at - interval '2 days' where \(recent);
            update ledger.transactions set created_at = created_at - interval '2 days' where \(recent);
            update ledger.deferred_entries set created_at = created_at - interval '2 days';
            update ledger.balances set last_at = last_at - interval '2 days' where last_at > '2021-01-01';
            update ledger.checkpoints set last_at = last_at - interval '2 days' where last_at > '2021-01-01';
            update ledger.audits set verified_until = verified_until - interval '10 minutes';
            \(PostgresConnection.newHeads)
            """)
        try connection.keepBooks(from: 20)
        try connection.post(29, ["treasury": 100, "wallet:rich": -100], reverses: 20)
        try connection.useHold("wallet:rich", "0", captures: 3)
        try connection.useHold("wallet:rich", "1", captures: nil)
        _ = try connection.query("select ledger.fold('fees', 1000)")
        try connection.keepBooks(from: 30)
        try expectCleanBooks(connection)
    }

    /// Entries of January 2020, at least one for each slice, that an audit has sealed.
    private static func sealOldMonth(_ connection: PostgresConnection) throws {
        try connection.makeOldMonth(postings: 100..<120)
        let audit = try connection.audit(.incremental)
        try #require(audit.state == .clean, "\(audit.findings.examples) \(audit.unfinished)")
        try #require(audit.sealedMonths == 1)
    }

    /// A full audit finds nothing; it leaves no checkpoints.
    private static func expectCleanBooks(_ connection: PostgresConnection) throws {
        _ = try connection.query("begin")
        let audit = Audit.run(.full, connection)
        _ = try connection.query("rollback")
        try #require(audit.state == .clean, "\(audit.findings.examples) \(audit.unfinished)")
    }
}
