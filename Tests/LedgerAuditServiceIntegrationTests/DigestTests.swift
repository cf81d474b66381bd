import Codecs
import Ledger
import LedgerAuditService
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@Suite("The digest of an audit")
struct DigestTests {
    /// A transaction as the test knows it: what was posted, and how many days ago.
    struct Event {
        let type: TransactionType
        let wallet: String
        let amount: Int64
        let daysAgo: Int
    }

    /// Rewards on 30 days, and between them what is no reward: grants, tips, taken back rewards.
    private func story(_ random: inout SeededRandom) -> [Event] {
        var events: [Event] = []
        for daysAgo in (0..<30).reversed() where daysAgo % 5 != 3 {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let wallet = "wallet:reader-\(Int.random(in: 1...14, using: &random))"
                events.append(
                    Event(
                        type: .reward, wallet: wallet, amount: .random(in: 1...50, using: &random), daysAgo: daysAgo))
            }
            events.append(Event(type: .grant, wallet: "wallet:reader-1", amount: 7, daysAgo: daysAgo))
        }
        return events
    }

    /// Posts in order, then moves everything to its day, as if it had been posted then: order and sums stay.
    private func play(_ events: [Event], _ superuser: PostgresConnection) throws {
        for (number, event) in events.enumerated() {
            let id = UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 | UInt64(number))
            let treasury = try #require(AccountReference("treasury"))
            let wallet = try #require(AccountReference(event.wallet))
            let legs = [Leg(treasury, -event.amount), Leg(wallet, event.amount)]
            let posting = try Posting(id: id, type: event.type, legs: legs)
            let outcome = try LedgerStatement.decode(try superuser.query(LedgerStatement.post(posting)).only())
            guard case .posted = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        let ago = events.map { Int64($0.daysAgo) }
        _ = try superuser.query(
            "create table moved as select n - 1 as number, d as days from unnest(\(ago)) with ordinality a(d, n)")
        // Midday, a millisecond apart; the number stands in the last digits of the transaction's id.
        try superuser.tamper(
            """
            alter table moved add at timestamptz;
            update moved set at = ((now() at time zone 'UTC')::date - days::integer)::timestamp at time zone 'UTC'
                + case when days = 0 then interval '0' else interval '12 hours' end + number * interval '1 millisecond';
            update ledger.transactions t set created_at = m.at from moved m
             where right(t.transaction_id::text, 12) = lpad(to_hex(m.number), 12, '0');
            update ledger.entries e set created_at = m.at from moved m
             where right(e.transaction_id::text, 12) = lpad(to_hex(m.number), 12, '0');
            update ledger.balances b set last_at = l.at
              from (select account_id, max(created_at) as at from ledger.entries group by 1) l
             where l.account_id = b.account_id;
            \(PostgresConnection.newHeads)
            """)
    }

    @Test("tells the supply, the rewards of the last 14 whole days and the ten richest wallets", arguments: 1...3)
    func figures(round: Int) throws {
        try withDatabase { database in
            var random = SeededRandom(stream: UInt64(round))
            let events = story(&random)
            try play(events, try database.connect())
            let audit = try database.connect(as: "nerdwork_ledger_audit").audit(.incremental)
            #expect(
                audit.state == .clean,
                "seed \(SeededRandom.processSeed): \(audit.findings.examples) \(audit.unfinished)")
            let digest = try #require(audit.digest)

            #expect(digest.supply == "\(events.map(\.amount).reduce(0, +))")
            let today = SystemClock.now().day
            let expected = (1...14).reversed().map { daysAgo in
                let rewards = events.filter { $0.type == .reward && $0.daysAgo == daysAgo }
                let amount = rewards.map(\.amount).reduce(0, +)
                return "\(RFC3339.format(today.advanced(by: -daysAgo))) \(amount) \(rewards.count)"
            }
            #expect(digest.rewardsPerDay.map { "\($0.day) \($0.amount) \($0.count)" } == expected)

            var held: [String: Int64] = [:]
            for event in events { held[event.wallet, default: 0] += event.amount }
            // Who holds the same may come in either order, and either of them last.
            #expect(digest.topAccounts.map(\.balance) == Array(held.values.sorted(by: >).prefix(10)))
            #expect(digest.topAccounts.allSatisfy { held[$0.account] == $0.balance })
            #expect(Set(digest.topAccounts.map(\.account)).count == 10)
        }
    }

    @Test("of new books holds nothing, on 14 days")
    func empty() throws {
        try withDatabase { database in
            let audit = try database.connect(as: "nerdwork_ledger_audit").audit(.full)
            let digest = try #require(audit.digest)
            #expect(digest.supply == "0")
            #expect(digest.rewardsPerDay.map(\.count) == Array(repeating: 0, count: 14))
            #expect(digest.topAccounts == [])
        }
    }

    @Test("believes an earlier digest for the days that had ended an hour before it, and counts the others")
    func reuse() throws {
        try withDatabase { database in
            var random = SeededRandom()
            let superuser = try database.connect()
            try play(story(&random), superuser)
            let auditor = try database.connect(as: "nerdwork_ledger_audit")
            let counted = try #require(try auditor.audit(.incremental).digest)
            #expect(try auditor.audit(.incremental).digest == counted)
            // The earlier audit now says 999 of each day, and to have run ten days ago at half past midnight.
            try superuser.tamper(
                """
                update ledger.audits set verified_until = null,
                    started_at = ((now() at time zone 'UTC')::date - 9)::timestamp at time zone 'UTC'
                        - interval '23 hours 30 minutes',
                    report = jsonb_set(report, '{digest,rewardsPerDay}', (
                        select jsonb_agg(d || '{"amount":999}')
                          from jsonb_array_elements(report -> 'digest' -> 'rewardsPerDay') d))
                """)
            let digest = try #require(try auditor.audit(.incremental).digest)
            #expect(digest.rewardsPerDay.prefix(3).map(\.amount) == [999, 999, 999])
            #expect(digest.rewardsPerDay.dropFirst(3) == counted.rewardsPerDay.dropFirst(3))
        }
    }

    @Test("is announced with a clean audit; a failed one announces examples instead, few and short")
    func announced() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.keepBooks(from: 1)
            let auditor = try database.connect(as: "nerdwork_ledger_audit")
            try auditor.audit(.incremental)
            let clean = try detail(superuser)
            #expect(try clean.member("digest").member("supply").string() == "127")
            #expect(try clean.optional("examples") == nil)

            for wallet in 1...30 { try superuser.post(UInt64(100 + wallet), ["treasury": -1, "wallet:w\(wallet)": 1]) }
            try superuser.tamper(
                """
                update ledger.balances set balance = balance + 1 where account_id < 1000;
                update ledger.balances set last_at = last_at + interval '1 day' where account_id between 5 and 30
                """)
            let audit = try auditor.audit(.incremental)
            #expect(audit.digest == nil)
            #expect(audit.findings.total > 40)
            let failed = try detail(superuser)
            #expect(try failed.optional("digest") == nil)
            let examples = try Array(failed.member("examples").elements)
            #expect(examples.count == 20)
            let codes = try Set(examples.map { try $0.member("code").string() })
            #expect(codes == Set(audit.findings.counts.keys.map(\.rawValue)))
            #expect(try examples.allSatisfy { try $0.member("detail").string().utf8.count <= 300 })
        }
    }

    /// The detail of the newest event.
    private func detail(_ connection: PostgresConnection) throws -> JSONValue {
        let row = try connection.query("select detail from outbox.events order by position desc limit 1").only()
        return try JSONDocument(parsing: try row.decode("detail", as: [UInt8].self)).root
    }
}
