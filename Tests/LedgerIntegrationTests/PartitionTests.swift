import PostgresClient
import TestSupport
import Testing

@Suite("Partitions of months to come")
struct PartitionTests {
    private let lastMonth: SQL = """
        select to_regclass(to_char(date_trunc('month', now() at time zone 'UTC') + interval '9 months',
            '"ledger.entries_"YYYY"_"MM')) is not null as made
        """

    @Test("are left for another night while somebody reads entries, because readers would wait behind them")
    func reader() throws {
        try withDatabase { database in
            let reader = try database.connect()
            let auditor = try database.connect(as: "nerdwork_ledger_audit")
            // The function's own limit counts, not that of its caller.
            try auditor.executeScript("set lock_timeout = 0; set statement_timeout = '60s'")
            try reader.transaction { transaction in
                _ = try transaction.query("select count(*) as number from ledger.entries")
                #expect(auditor.state(of: "select ledger.prepare_partitions(9)") == "55P03")
            }
            #expect(try reader.query(lastMonth).only().decode("made") == false)
            #expect(try auditor.number("select ledger.prepare_partitions(9)::bigint as number") == 6)
            #expect(try reader.query(lastMonth).only().decode("made") == true)
            #expect(try auditor.number("select ledger.prepare_partitions(9)::bigint as number") == 0)
        }
    }

    /// A function in SQL with its owner's rights is planned in each call, and such a plan grows with every month.
    @Test("cost no call a new plan: what services call to read entries keeps its plan for the session")
    func plans() throws {
        try withDatabase { database in
            let planned = try database.connect().query(
                """
                select p.oid::regprocedure::text as name
                  from pg_proc p
                  join pg_language l on l.oid = p.prolang and l.lanname = 'sql'
                  join pg_namespace n on n.oid = p.pronamespace and n.nspowner = 'nerdwork_owner'::regrole
                 where p.prokind = 'f' and pg_get_functiondef(p.oid) ~ 'ledger\\.entries' and exists (
                       select from pg_roles r
                        where r.rolname like 'nerdwork\\_%' and r.rolname <> 'nerdwork_owner' and not r.rolsuper
                          and r.rolname <> 'nerdwork_reader' and has_function_privilege(r.oid, p.oid, 'EXECUTE'))
                """
            ).map { try $0.decode("name", as: String.self) }
            #expect(planned == [])
        }
    }
}
