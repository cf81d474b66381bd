import Migrations
import PostgresClient
import TestSupport
import Testing

@Suite("Rows that are older than a migration")
struct OldRowsTests {
    @Test("get their heads with migration 13: as if their entries had been chained from the first")
    func heads() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try Migrator.migrate(connection, Array(Migration.all.prefix { $0.number < 13 }))
            for number in 1...30 as ClosedRange<Int64> {
                _ = try connection.query(
                    """
                    select ledger.post(gen_random_uuid(), 1::smallint, gen_random_uuid(),
                        array['treasury', 'wallet:a' || \(number % 3)], array[-\(number), \(number)])
                    """)
            }
            try connection.execute(
                """
                insert into ledger.checkpoints (account_id, seq, balance, last_at, stripe)
                select e.account_id, e.seq, e.balance_after, e.created_at, e.stripe from ledger.entries e where e.seq = 4
                """)
            try Migrator.migrate(connection)
            #expect(try LedgerInvariants.broken(connection) == [])
            let right = try connection.query(
                """
                select count(*) as number from ledger.checkpoints k
                 where k.head = (
                    select ledger.chain(decode(repeat('00', 32), 'hex'), e.transaction_id, e.account_id, e.stripe, e.seq,
                               e.amount, e.created_at order by e.seq)
                      from ledger.entries e where e.account_id = k.account_id and e.seq <= 4)
                """
            ).only().decode("number", as: Int64.self)
            #expect(right == 4)
        }
    }
}
