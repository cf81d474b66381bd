import PostgresClient
import TestSupport
import Testing

@Suite("Transactions")
struct TransactionTests {
    private struct Stop: Error {}

    private func withTable(_ body: (PostgresConnection, TestDatabase) throws -> Void) throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try connection.executeScript("create table t (x int constraint x_key unique deferrable initially deferred)")
            try body(connection, database)
        }
    }

    private func count(_ connection: PostgresConnection) throws -> Int {
        try connection.query("select count(*) as n from t").only().decode("n")
    }

    @Test("two batches cost two round trips, at first use and later")
    func roundTrips() throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int)")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let connection = try PostgresConnection(proxy.through(database.configuration()))
            for round in 1...3 {
                connection.limit = .after(milliseconds: 10_000)
                proxy.arm(nil)
                let results = try connection.transaction { transaction in
                    let found = try transaction.query("select count(*) as n from t").only().decode("n", as: Int.self)
                    return try transaction.commit(with: ["insert into t values (\(found))", "select 7 as seven"])
                }
                #expect(try results[1].only().decode("seven") == 7)
                #expect(proxy.roundTrips == 2, "round \(round)")
            }
            proxy.arm(nil)
            _ = try connection.query("select count(*) as n from t where x >= 0")
            #expect(proxy.roundTrips == 1)
            proxy.arm(nil)
            try connection.transaction { _ = try $0.commit(with: ["insert into t values (4)"]) }
            #expect(proxy.roundTrips == 1)
            proxy.arm(nil)
            try connection.transaction { _ in }
            #expect(proxy.roundTrips == 0)
            #expect(try connection.query("select count(*) as n from t").only().decode("n") == 4)
        }
    }

    @Test("commit when the closure returns, and roll back when it throws")
    func ends() throws {
        try withTable { connection, _ throws in
            try connection.transaction { try $0.execute("insert into t values (1)") }
            #expect(try count(connection) == 1)
            #expect(throws: Stop.self) {
                try connection.transaction { transaction in
                    try transaction.execute("insert into t values (2)")
                    throw Stop()
                }
            }
            #expect(try count(connection) == 1)
        }
    }

    @Test("do not survive an error that the closure keeps to itself")
    func swallowed() throws {
        try withTable { connection, _ throws in
            var later: DatabaseError?
            let error = #expect(throws: DatabaseError.self) {
                try connection.transaction { transaction in
                    try transaction.execute("insert into t values (1)")
                    _ = try? transaction.query("select 1 / 0 as x")
                    do { _ = try transaction.query("select 1 as x") } catch { later = error as? DatabaseError }
                }
            }
            #expect(later?.code == .usage)
            #expect(error?.sqlState == "22012")
            #expect(try count(connection) == 0)
        }
    }

    @Test("report a constraint that fails at COMMIT")
    func deferred() throws {
        try withTable { connection, _ throws in
            let error = #expect(throws: DatabaseError.self) {
                try connection.transaction { transaction in
                    try transaction.execute("insert into t values (1)")
                    try transaction.commit(with: ["insert into t values (1)"])
                }
            }
            #expect(error?.sqlState == "23505" && error?.constraint == "x_key" && error?.outcome == .notApplied)
            #expect(try count(connection) == 0)
        }
    }

    @Test("do not nest, do not share the connection, and end for good")
    func misuse() throws {
        try withTable { connection, _ throws in
            var escaped: Transaction?
            try connection.transaction { transaction in
                escaped = transaction
                let nested = #expect(throws: DatabaseError.self) { try connection.transaction { _ in } }
                #expect(nested?.code == .usage)
                let aside = #expect(throws: DatabaseError.self) { try connection.query("select 1") }
                #expect(aside?.code == .usage)
                try transaction.commit(with: ["insert into t values (1)"])
                let late = #expect(throws: DatabaseError.self) { try transaction.commit() }
                #expect(late?.code == .usage)
            }
            let later = #expect(throws: DatabaseError.self) { try escaped?.query("select 1") }
            #expect(later?.code == .usage)
            #expect(try count(connection) == 1)
        }
    }

    @Test("of the snapshot mode see one state and cannot write")
    func snapshot() throws {
        try withTable { connection, database throws in
            let other = try database.connect()
            try connection.transaction(.snapshot) { transaction in
                #expect(try transaction.query("select count(*) as n from t").only().decode("n") == 0)
                try other.execute("insert into t values (1)")
                #expect(try transaction.query("select count(*) as n from t").only().decode("n") == 0)
            }
            let error = #expect(throws: DatabaseError.self) {
                try connection.transaction(.snapshot) { try $0.execute("insert into t values (2)") }
            }
            #expect(error?.sqlState == "25006")
        }
    }
}
