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
                let full = Audit.run(.full, connection)
                let incremental = Audit.run(.incremental, connection)
                _ = try connection.query("rollback")
                expect(full, tampering.full, "full: \(tampering.name)")
                // What it cannot see it must not hint at either: the documentation says exactly what that is.
                expect(incremental, tampering.incremental, "incremental: \(tampering.name)")
            }
            #expect(Audit.run(.full, connection).state == .clean)
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

    /// Old postings, an audit two days ago that verified them, and new postings.
    private static func prepare(_ connection: PostgresConnection) throws {
        try connection.post(1, ["treasury": -9, "wallet:quiet": 9])
        try connection.keepBooks(from: 10)
        let clean = try connection.audit(.incremental)
        try #require(clean.state == .clean)
        // Let the first postings be older than what the next audit reads again.
        try connection.tamper(
            """
            update ledger.entries set created_at = created_at - interval '2 days';
            update ledger.transactions set created_at = created_at - interval '2 days';
            update ledger.balances set last_at = last_at - interval '2 days' where seq > 0;
            update ledger.checkpoints set last_at = last_at - interval '2 days' where seq > 0;
            update ledger.audits set verified_until = verified_until - interval '10 minutes'
            """)
        try connection.keepBooks(from: 20)
        let untouched = Audit.run(.full, connection)
        try #require(untouched.state == .clean, "\(untouched.findings.counts) \(untouched.unfinished)")
    }
}
