import Codecs
import Ledger
import LedgerAuditService
import PostgresClient
import TestSupport
import Testing

extension PostgresConnection {
    /// Posts `[reference: amount, …]` under the n-th identifier.
    @discardableResult
    func post(
        _ number: UInt64, _ legs: KeyValuePairs<String, Int64>, reverses: UInt64? = nil
    ) throws -> PostingOutcome {
        let legs = try legs.map { Leg(try #require(AccountReference($0.key)), $0.value) }
        let posting = try Posting(
            id: Self.transaction(number), type: reverses == nil ? .tip : .reversal, legs: legs,
            reverses: reverses.map(Self.transaction))
        return try LedgerStatement.decode(try query(LedgerStatement.post(posting)).only())
    }

    private static func transaction(_ number: UInt64) -> UUID {
        UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 | number)
    }

    /// Opens a hold of 4 for wallet:poor under a name, and captures some of it; nil leaves it open.
    func useHold(_ wallet: String, _ name: String, captures: Int64?) throws {
        let id = "md5('hold \(wallet) \(name)')::uuid"
        _ = try query(
            """
            select ledger.open_hold(\(raw: id),
                ledger.fingerprint(3::smallint, array[\(wallet), 'wallet:poor'], array[-4, 4]),
                \(wallet), 'wallet:poor', 4::bigint, interval '1 hour')
            """)
        guard let captures else { return }
        _ = try query(
            """
            select ledger.capture_hold(\(raw: id), md5('capture \(raw: wallet) \(raw: name)')::uuid, \(captures),
                0::smallint, null)
            """)
    }

    /// Audits and stores the result, as the service does.
    @discardableResult
    func audit(_ mode: AuditMode) throws -> AuditResult {
        let result = Audit.run(mode, self)
        try AuditStore.save(result, id: "\(mode)", at: Timestamp(millisecondsSince1970: 1_790_000_000_000), self)
        return result
    }

    /// Some postings of every kind, rejected ones among them.
    func keepBooks(from number: UInt64) throws {
        try post(number, ["treasury": -100, "wallet:rich": 100])
        try post(number + 1, ["treasury": -20, "wallet:poor": 20])
        try post(number + 2, ["wallet:rich": -10, "wallet:poor": 8, "fees": 2])
        try post(number + 3, ["wallet:poor": -1_000, "wallet:rich": 1_000])
        try post(number + 4, ["wallet:poor": -5, "revenue": 5])
        try post(number + 5, ["treasury": -7, "wallet:poor": 7])
    }

    /// Statements that give every balance and checkpoint the head of its entries, as if they had always been so.
    static let newHeads = ["balances", "checkpoints"].map { table in
        """
        update ledger.\(table) b
           set head = coalesce((
               select ledger.chain(decode(repeat('00', 32), 'hex'), e.transaction_id, e.account_id, e.stripe, e.seq,
                          e.amount, e.created_at order by e.seq)
                 from ledger.entries e
                where e.account_id = b.account_id and e.stripe = b.stripe and e.seq <= b.seq),
               decode(repeat('00', 32), 'hex'))
        """
    }.joined(separator: ";")

    /// Postings of January 2020, before anything else: the time is set back on what was posted now.
    func makeOldMonth(postings: Range<UInt64>) throws {
        _ = try query("set role nerdwork_owner")
        _ = try query(
            """
            select ledger.add_partition(
                'entries_2020_01', $$for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00')$$)
            """)
        _ = try query("reset role")
        for number in postings { try post(number, ["treasury": -1, "wallet:old": 1]) }
        let day = "- (now()::date - '2020-01-15'::date) * interval '24 hours'"
        try tamper(
            """
            update ledger.entries set created_at = created_at \(day);
            update ledger.transactions set created_at = created_at \(day);
            update ledger.balances set last_at = last_at \(day) where seq > 0;
            \(Self.newHeads)
            """)
    }

    /// Changes the books as a superuser who knows about the triggers; keys to partitions are found by the planner.
    func tamper(_ script: String) throws {
        let tables = try query(
            """
            select c.oid::regclass::text as name from pg_class c
             where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p')
            """)
        for row in tables {
            _ = try query("alter table \(raw: try row.decode("name")) disable trigger user")
        }
        let triggers = try query(
            """
            select format('alter table %s enable always trigger %I', g.tgrelid::regclass, g.tgname) as restore
              from pg_trigger g join pg_class c on c.oid = g.tgrelid
             where c.relnamespace = 'ledger'::regnamespace and not g.tgisinternal
            """
        ).map { try $0.decode("restore", as: String.self) }
        let touchesTriggers = script.contains("trigger ")
        if touchesTriggers { for restore in triggers { _ = try query(SQL(raw: restore)) } }
        for statement in script.split(separator: ";") { _ = try query(SQL(raw: String(statement))) }
        if !touchesTriggers {
            for restore in triggers { _ = try query(SQL(raw: restore)) }
        }
    }
}
