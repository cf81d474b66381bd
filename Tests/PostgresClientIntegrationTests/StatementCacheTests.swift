import PostgresClient
import TestSupport
import Testing

@Suite("Prepared statements")
struct StatementCacheTests {
    private func onServer(_ connection: PostgresConnection) throws -> Int {
        try connection.query("select count(*) as n from pg_prepared_statements").only().decode("n")
    }

    @Test("are kept, and bounded on both sides")
    func bounded() throws {
        try withDatabase(migrated: false) { database in
            let connection = try PostgresConnection(database.configuration(), preparedStatements: 4)
            for round in 0..<3 {
                for number in 0..<10 {
                    let row = try connection.query("select \(round) as value \(raw: "/* \(number) */")").only()
                    #expect(try row.decode("value") == round)
                }
            }
            #expect(connection.preparedStatementCount == 4)
            // One more may await its turn to be forgotten.
            #expect(try onServer(connection) <= 5)
            #expect(try connection.pipeline((0..<20).map { "select 1 \(raw: "/* p\($0) */")" }).count == 20)
            _ = try onServer(connection)
            #expect(try onServer(connection) <= 5)
        }
    }

    @Test("are used again for the same text, and separately for other types")
    func reuse() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            for number in 0..<5 { _ = try connection.query("select \(number) as value") }
            #expect(connection.preparedStatementCount == 1)
            #expect(try connection.query("select \("text") as value").only().decode("value") == "text")
            #expect(connection.preparedStatementCount == 2)
        }
    }

    @Test("are prepared again after the table changed or the server forgot them")
    func stale() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let admin = try database.connect()
            try admin.executeScript("create table t (a int); insert into t values (1)")
            #expect(try connection.query("select * from t").only().decode("a", as: Int32.self) == 1)
            try admin.executeScript("alter table t add column b int default 5")
            #expect(try connection.query("select * from t").only().decode("b", as: Int32.self) == 5)
            try admin.executeScript("alter table t drop column b")
            try connection.transaction { transaction throws in
                #expect(try transaction.query("select * from t").only().decode("a", as: Int32.self) == 1)
            }
            try connection.executeScript("deallocate all")
            #expect(try connection.query("select * from t").count == 1)
            _ = try connection.query("deallocate all")
            #expect(try connection.query("select * from t").count == 1)
        }
    }

    @Test("that went stale in the middle of a transaction fail it, and work in the next")
    func staleInTheMiddle() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try connection.executeScript("create table t (a int)")
            _ = try connection.query("select * from t")
            let error = #expect(throws: DatabaseError.self) {
                try connection.transaction { transaction in
                    try transaction.execute("alter table t add column b int")
                    _ = try transaction.query("select * from t")
                }
            }
            #expect(error?.sqlState == "0A000")
            #expect(try connection.query("select * from t").isEmpty)
        }
    }

    @Test("survive a script inside a transaction, which makes the session forget all others")
    func scriptInTransaction() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try connection.transaction { transaction in
                try transaction.execute("select 1")
                try transaction.executeScript("create table kept (number int); insert into kept values (7)")
                // Prepared while the transaction makes the forgetting wait.
                #expect(try transaction.query("select number from kept").only().decode("number", as: Int32.self) == 7)
            }
            for _ in 0..<2 {
                #expect(try connection.query("select number from kept").only().decode("number", as: Int32.self) == 7)
            }
        }
    }
}
