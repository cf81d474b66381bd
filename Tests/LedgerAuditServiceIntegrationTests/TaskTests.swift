import LambdaRuntime
import LedgerAuditService
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@Suite("The tasks of ledger-audit")
struct TaskTests {
    private static let goOn = #"{"detail":{"task":"continue"}}"#
    private static let fold = #"{"detail":{"task":"fold"}}"#

    @Test("continue: begins the night's audit where there is none, and does nothing once it has ended")
    func continues() throws {
        try withDatabase { database in
            try database.connect().keepBooks(from: 1)
            let function = try AuditFunction(database)
            #expect(try function.invoke(Self.goOn).member("state").string() == "clean")
            for _ in 1...2 { #expect(try function.invoke(Self.goOn).member("state").string() == "nothing to do") }
            #expect(try function.stored().count == 1)
            #expect(try function.runs() == ["clean"])
        }
    }

    @Test("continue: goes on with what is not finished, the night's audit before a full one")
    func unfinished() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.keepBooks(from: 1)
            let function = try AuditFunction(database)
            try superuser.transaction { transaction in
                _ = try transaction.query("lock table ledger.entries in access exclusive mode")
                for mode in ["full", "incremental"] {
                    let answer = try function.invoke(#"{"detail":{"mode":"\#(mode)"}}"#, milliseconds: 3_000)
                    #expect(try answer.member("state").string() == "verification incomplete")
                }
            }
            #expect(try function.runs() == ["open", "open"])
            for mode in ["incremental", "full"] {
                let answer = try function.invoke(Self.goOn)
                #expect(try answer.member("mode").string() == mode)
                #expect(try answer.member("state").string() == "clean")
                #expect(try answer.member("counts").member("entries").integer() == 11)
            }
            #expect(try function.runs() == ["clean", "clean"])
            #expect(try function.invoke(Self.goOn).member("state").string() == "nothing to do")
        }
    }

    @Test("an audit while another is at work stores and announces nothing")
    func busy() throws {
        try withDatabase { database in
            let other = try database.connect()
            _ = try other.query("select pg_advisory_lock(1853190247, 1)")
            let function = try AuditFunction(database)
            let answer = try function.invoke(FunctionTests.nightly)
            #expect(try answer.member("state").string() == "verification incomplete")
            #expect(try function.stored().isEmpty)
            #expect(try function.announced().isEmpty)
            other.close()
        }
    }

    @Test("fold: nothing is left that waits, nor any hold whose time is over")
    func folds() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            _ = try superuser.query("select ledger.set_mode('fees', 2::smallint)")
            for number in 0..<5 { try superuser.keepBooks(from: UInt64(number) * 10) }
            _ = try superuser.query(
                """
                select ledger.open_hold(gen_random_uuid(),
                    ledger.fingerprint(3::smallint, array['wallet:rich', 'wallet:poor'], array[-2, 2]),
                    'wallet:rich', 'wallet:poor', 2::bigint, interval '1 hour')
                """)
            try superuser.tamper(
                "update ledger.holds set created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'"
            )
            #expect(try superuser.count("ledger.deferred_entries") == 5)
            let function = try AuditFunction(database)
            let answer = try function.invoke(Self.fold)
            #expect(try answer.member("folded").integer() == 5)
            #expect(try answer.member("expired").integer() == 1)
            #expect(try answer.member("finished").bool())
            #expect(try superuser.count("ledger.deferred_entries") == 0)
            let fees = try superuser.query("select balance, held from ledger.balance('fees')").only()
            #expect(try fees.decode("balance", as: Int64.self) == 10)
            let rich = try superuser.query("select held from ledger.balance('wallet:rich')").only()
            #expect(try rich.decode("held", as: Int64.self) == 0)
            #expect(try function.invoke(Self.fold).member("folded").integer() == 0)
            #expect(try function.invoke(FunctionTests.nightly).member("state").string() == "clean")
        }
    }

    @Test("fold: ends in time when somebody holds the account, and says that it has not finished")
    func foldOutOfTime() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            _ = try superuser.query("select ledger.set_mode('fees', 2::smallint)")
            try superuser.keepBooks(from: 1)
            let function = try AuditFunction(database)
            let answer = try superuser.transaction { transaction in
                _ = try transaction.query(
                    "select from ledger.balances where account_id = 9223372036854775805 for update")
                return try function.invoke(Self.fold, milliseconds: 3_000)
            }
            #expect(try answer.member("finished").bool() == false)
            #expect(try superuser.count("ledger.deferred_entries") == 1)
            #expect(try function.invoke(Self.fold).member("folded").integer() == 1)
        }
    }

    @Test("anything else is refused", arguments: [#"{"task":"tidy"}"#, #"{"task":7}"#, #"{"task":"FOLD"}"#])
    func refused(detail: String) throws {
        try withDatabase { database in
            let function = try AuditFunction(database)
            let error = #expect(throws: FunctionError.self) { try function.invoke(#"{"detail":\#(detail)}"#) }
            #expect(error?.type == "Function.MalformedEvent")
        }
    }
}
