import Ledger
import PostgresClient
import TestSupport
import Testing

@Suite("Entries and transactions")
struct AppendOnlyTests {
    static let roles = [
        nil, "nerdwork_owner", "nerdwork_loyalty", "nerdwork_wallet", "nerdwork_ledger_audit", "nerdwork_relay",
        "nerdwork_reader",
    ]

    /// The parent, each partition, and the journal headers.
    private static func tables(_ connection: PostgresConnection) throws -> [String] {
        try connection.query(
            """
            select inhrelid::regclass::text as name from pg_inherits where inhparent = 'ledger.entries'::regclass
            union all values ('ledger.entries'), ('ledger.transactions'), ('ledger.audits')
            """
        ).map { try $0.decode("name") }
    }

    private static func changes(of table: String) -> [SQL] {
        let column =
            switch table {
            case "ledger.transactions": "type = 2"
            case "ledger.audits": "state = 'clean'"
            default: "amount = 1"
            }
        return [
            "update \(raw: table) set \(raw: column)", "delete from \(raw: table)", "truncate \(raw: table)",
            "update \(raw: table) set \(raw: column) where false", "delete from \(raw: table) where false",
        ]
    }

    @Test("can be changed by nobody: no role, no partition, no TRUNCATE", arguments: roles)
    func refused(role: String?) throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.post(1, ["treasury": -5, "wallet:a": 5])
            let connection = try database.connect(as: role)
            let owns = role == nil || role == "nerdwork_owner"
            // 42501 insufficient_privilege; those who may, meet the trigger.
            let state = owns ? "NW006" : "42501"
            let tables = try Self.tables(superuser)
            #expect(tables.count >= 7)
            for table in tables {
                for change in Self.changes(of: table) {
                    #expect(connection.state(of: change) == state, "\(change.text) as \(role ?? "superuser")")
                }
            }
            if role == nil {
                _ = try connection.query("set session_replication_role = replica")
                for table in tables {
                    for change in Self.changes(of: table) {
                        #expect(connection.state(of: change) == "NW006", "\(change.text) in a replica session")
                    }
                }
            }
        }
    }

    @Test("can be added by no service role, only through the posting function", arguments: roles.dropFirst(2))
    func noInsert(role: String?) throws {
        try withDatabase { database in
            let connection = try database.connect(as: role)
            for statement: SQL in [
                "insert into ledger.entries select * from ledger.entries where false",
                "insert into ledger.entries values (gen_random_uuid(), 1, 1, 1, 1, now(), 0)",
                "insert into ledger.transactions values (gen_random_uuid(), gen_random_uuid(), now(), 1, 0, null, 2)",
                "update ledger.balances set balance = 1000", "delete from ledger.balances",
                "update ledger.accounts set reference = 'x'", "create table ledger.mine (a int)",
                "create table public.mine (a int)", "select ledger.close_account('wallet:a')",
                "select ledger.open_wallets('{wallet:a}')", "select ledger.fold_account(1, 1)",
                "select ledger.set_mode('treasury', 2::int2)",
                "insert into ledger.deferred_entries values (gen_random_uuid(), 1, 1, now())",
                "delete from ledger.deferred_entries", "update ledger.balances set head = head",
                "alter table ledger.entries disable trigger all",
            ] {
                let state = connection.state(of: statement)
                #expect(state == "42501", "\(statement.text) as \(role ?? "")")
            }
        }
    }

    @Test("must balance, in one statement, at the parent and at each partition, in replica sessions too")
    func balanced() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(1, ["treasury": -5, "wallet:a": 5])
            let partition: String = try connection.query(
                "select tableoid::regclass::text as name from ledger.entries limit 1"
            )[0].decode("name")
            for role in ["origin", "replica"] {
                _ = try connection.query("set session_replication_role = \(raw: role)")
                for table in ["ledger.entries", partition] {
                    let insert = { (rows: String) in
                        connection.state(of: "insert into \(raw: table) values \(raw: rows)")
                    }
                    let new = "gen_random_uuid()"
                    #expect(insert("(\(new), 1, 7, 5, 5, now(), 0)") == "NW004", "one leg")
                    let id = "'01920000-0000-8000-8000-0000000000ff'"
                    #expect(insert("(\(id), 1, 7, 5, 5, now(), 0), (\(id), 2, 7, -4, 5, now(), 0)") == "NW004", "sum")
                    #expect(
                        insert("(\(new), 1, 7, 5, 5, now(), 0), (\(new), 2, 7, -5, 5, now(), 0)") == "NW004",
                        "two transactions of one leg")
                    let old = "'\(transaction(1))'"
                    #expect(
                        insert("(\(old), 1, 7, 5, 5, now(), 0), (\(old), 2, 7, -5, 5, now(), 0)") == "NW008",
                        "more legs for a complete transaction")
                }
            }
        }
    }

    @Test("that wait for a fold are changed by nobody, and leave only by becoming an entry", arguments: roles)
    func deferred(role: String?) throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.setMode("treasury", .lazy)
            try superuser.post(1, ["treasury": -5, "wallet:a": 5])
            let connection = try database.connect(as: role)
            let owns = role == nil || role == "nerdwork_owner"
            for session in role == nil ? ["origin", "replica"] : ["origin"] {
                if role == nil { _ = try connection.query("set session_replication_role = \(raw: session)") }
                for change: SQL in [
                    "update ledger.deferred_entries set amount = -4", "truncate ledger.deferred_entries",
                    "update ledger.deferred_entries set amount = 1 where false", "delete from ledger.deferred_entries",
                    """
                    with gone as (delete from ledger.deferred_entries returning *)
                    insert into ledger.balances (account_id, stripe) select account_id, 9 from gone
                    """,
                ] {
                    #expect(connection.state(of: change) == (owns ? "NW006" : "42501"), "\(change.text), \(session)")
                }
                let addition: SQL = """
                    insert into ledger.deferred_entries values ('\(raw: "\(transaction(1))")', 1, 5, now())
                    """
                #expect(connection.state(of: addition) == (owns ? "NW008" : "42501"), "\(session)")
            }
            #expect(try superuser.fold("treasury") == 1)
            #expect(try LedgerInvariants.broken(superuser) == [])
        }
    }

    @Test("are folded as they waited: not with another amount, not for another account")
    func foldsAreGuarded() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.setMode("treasury", .lazy)
            try connection.post(1, ["treasury": -5, "wallet:a": 5])
            for (account, amount) in [("9223372036854775807", "-4"), ("9223372036854775806", "-5")] {
                let state = connection.state(
                    of: """
                        with gone as (delete from ledger.deferred_entries returning *)
                        insert into ledger.entries
                        select transaction_id, \(raw: account), 1, \(raw: amount), -5, created_at, 0 from gone
                        """)
                #expect(state == "NW008" || state == "NW006", "\(account) \(amount)")
            }
        }
    }
}
